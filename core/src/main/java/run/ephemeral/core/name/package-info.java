/// How environments are told apart, by programs and by people.
@NullMarked
package run.ephemeral.core.name;

import org.jspecify.annotations.NullMarked;
