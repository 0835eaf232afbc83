@NullMarked
package run.ephemeral.testkit;

import org.jspecify.annotations.NullMarked;
