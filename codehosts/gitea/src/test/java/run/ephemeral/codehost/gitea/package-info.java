@NullMarked
package run.ephemeral.codehost.gitea;

import org.jspecify.annotations.NullMarked;
