/// The ports that run environments, and the facts they report.
@NullMarked
package run.ephemeral.core.engine;

import org.jspecify.annotations.NullMarked;
