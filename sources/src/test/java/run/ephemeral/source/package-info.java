@NullMarked
package run.ephemeral.source;

import org.jspecify.annotations.NullMarked;
