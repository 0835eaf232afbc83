/// Compares the resources that should exist with those that do, in both directions.
@NullMarked
package run.ephemeral.core.audit;

import org.jspecify.annotations.NullMarked;
