/// Makes a small `ephemeral.yaml` for an existing folder. Each kind of program has a [Detector].
@NullMarked
package run.ephemeral.cli.init;

import org.jspecify.annotations.NullMarked;
