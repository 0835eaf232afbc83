@NullMarked
package run.ephemeral.codehost.github;

import org.jspecify.annotations.NullMarked;
