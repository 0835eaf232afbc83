/// The port to what visitors meet.
@NullMarked
package run.ephemeral.core.gateway;

import org.jspecify.annotations.NullMarked;
