/// PostgreSQL: the facts, the work queue, the ledger and the event log.
@NullMarked
package run.ephemeral.store;

import org.jspecify.annotations.NullMarked;
