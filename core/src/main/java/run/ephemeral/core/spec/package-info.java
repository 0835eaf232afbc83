/// The content of one `ephemeral.yaml` as records, and the rules between its parts.
@NullMarked
package run.ephemeral.core.spec;

import org.jspecify.annotations.NullMarked;
