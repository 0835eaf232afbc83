/// The local machine: the home folder, the control plane's process, programs, changing files.
@NullMarked
package run.ephemeral.cli.local;

import org.jspecify.annotations.NullMarked;
