/// Source code from git repositories and working trees, kept in mirrors on this machine. Shared by
/// the code hosts whose repositories are fetched by git.
@NullMarked
package run.ephemeral.source;

import org.jspecify.annotations.NullMarked;
