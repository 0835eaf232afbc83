/// From a folder somebody else wrote to a small `ephemeral.yaml`. Each kind of program is one
/// [Detector].
@NullMarked
package run.ephemeral.cli.init;

import org.jspecify.annotations.NullMarked;
