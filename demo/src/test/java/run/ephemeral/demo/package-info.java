@NullMarked
package run.ephemeral.demo;

import org.jspecify.annotations.NullMarked;
