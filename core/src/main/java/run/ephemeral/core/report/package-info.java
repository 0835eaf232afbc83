/// What is written to code hosts about an environment.
@NullMarked
package run.ephemeral.core.report;

import org.jspecify.annotations.NullMarked;
