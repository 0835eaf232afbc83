/// Parses `ephemeral.yaml`, and generates its JSON Schema and reference page.
@NullMarked
package run.ephemeral.specfile;

import org.jspecify.annotations.NullMarked;
