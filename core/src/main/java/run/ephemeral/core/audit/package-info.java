/// What ledgers say should be there, compared with what is there, both ways.
@NullMarked
package run.ephemeral.core.audit;

import org.jspecify.annotations.NullMarked;
