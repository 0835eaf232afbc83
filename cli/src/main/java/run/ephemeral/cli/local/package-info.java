/// This machine: the home folder, the control plane's process, programs, files that change.
@NullMarked
package run.ephemeral.cli.local;

import org.jspecify.annotations.NullMarked;
