@NullMarked
package run.ephemeral.data.postgres;

import org.jspecify.annotations.NullMarked;
