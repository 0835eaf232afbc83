/// The port behind which databases are made.
@NullMarked
package run.ephemeral.core.data;

import org.jspecify.annotations.NullMarked;
