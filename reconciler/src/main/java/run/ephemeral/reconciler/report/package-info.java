/// What pull requests are told about their environments: rendered here, and published.
@NullMarked
package run.ephemeral.reconciler.report;

import org.jspecify.annotations.NullMarked;
