/// The text of an `ephemeral.yaml` to its meaning, and the JSON Schema and reference page of
/// it.
@NullMarked
package run.ephemeral.specfile;

import org.jspecify.annotations.NullMarked;
