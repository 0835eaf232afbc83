/// Tests of texts of `ephemeral.yaml`, and of the messages about them.
@NullMarked
package run.ephemeral.specfile;

import org.jspecify.annotations.NullMarked;
