/// Pull requests of Gitea, and of Forgejo, which has the same API.
@NullMarked
package run.ephemeral.codehost.gitea;

import org.jspecify.annotations.NullMarked;
