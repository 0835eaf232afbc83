@NullMarked
package run.ephemeral.server.api;

import org.jspecify.annotations.NullMarked;
