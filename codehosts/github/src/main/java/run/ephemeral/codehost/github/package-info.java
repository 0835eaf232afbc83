/// Pull requests of GitHub and of GitHub Enterprise Server, as a GitHub App.
@NullMarked
package run.ephemeral.codehost.github;

import org.jspecify.annotations.NullMarked;
