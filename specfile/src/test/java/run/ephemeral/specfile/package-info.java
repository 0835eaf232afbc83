/// What people write into an `ephemeral.yaml`, and what they are told.
@NullMarked
package run.ephemeral.specfile;

import org.jspecify.annotations.NullMarked;
