@NullMarked
package run.ephemeral.codehost.git;

import org.jspecify.annotations.NullMarked;
