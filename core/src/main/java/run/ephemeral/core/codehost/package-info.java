/// The ports that read source and pull requests.
@NullMarked
package run.ephemeral.core.codehost;

import org.jspecify.annotations.NullMarked;
