/// The ports of the gateway.
@NullMarked
package run.ephemeral.core.gateway;

import org.jspecify.annotations.NullMarked;
