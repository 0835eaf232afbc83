/// The ports of the server that holds databases.
@NullMarked
package run.ephemeral.core.data;

import org.jspecify.annotations.NullMarked;
