/// The command line. It knows the wire records and HTTP, and nothing of how the control plane
/// works.
@NullMarked
package run.ephemeral.cli;

import org.jspecify.annotations.NullMarked;
