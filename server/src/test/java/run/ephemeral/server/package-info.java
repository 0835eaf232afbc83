@NullMarked
package run.ephemeral.server;

import org.jspecify.annotations.NullMarked;
