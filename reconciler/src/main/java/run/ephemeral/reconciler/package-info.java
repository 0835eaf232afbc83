/// Reconciles environments with their desired state: claim, observe, plan, execute, record. Depends
/// on ports only.
@NullMarked
package run.ephemeral.reconciler;

import org.jspecify.annotations.NullMarked;
