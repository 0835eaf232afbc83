/// Makes what is wanted true: wake, observe, plan, execute, record. Ports in, ports out.
@NullMarked
package run.ephemeral.reconciler;

import org.jspecify.annotations.NullMarked;
