@NullMarked
package run.ephemeral.gateway;

import org.jspecify.annotations.NullMarked;
