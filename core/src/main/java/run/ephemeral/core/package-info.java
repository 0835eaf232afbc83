/// The words of the product, the planner and the policies. Pure: no I/O, no clock, JDK only.
@NullMarked
package run.ephemeral.core;

import org.jspecify.annotations.NullMarked;
