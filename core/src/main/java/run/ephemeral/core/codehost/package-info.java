/// The port to where source and pull requests come from.
@NullMarked
package run.ephemeral.core.codehost;

import org.jspecify.annotations.NullMarked;
