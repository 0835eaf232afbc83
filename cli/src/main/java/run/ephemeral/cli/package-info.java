/// The command line. It knows the wire records and HTTP, but nothing of the control plane's
/// internals.
@NullMarked
package run.ephemeral.cli;

import org.jspecify.annotations.NullMarked;
