/// PostgreSQL: the facts, the queue of work and the diary.
@NullMarked
package run.ephemeral.store;

import org.jspecify.annotations.NullMarked;
