/// What we claim, measured: one command a claim.
@NullMarked
package run.ephemeral.bench;

import org.jspecify.annotations.NullMarked;
