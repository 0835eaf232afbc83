/// The planner: computes steps with reasons from facts.
@NullMarked
package run.ephemeral.core.plan;

import org.jspecify.annotations.NullMarked;
