/// Measures the claims of the product: one command per claim.
@NullMarked
package run.ephemeral.bench;

import org.jspecify.annotations.NullMarked;
