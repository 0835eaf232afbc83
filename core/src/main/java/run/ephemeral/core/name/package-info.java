/// Identifiers of environments, for programs and for people.
@NullMarked
package run.ephemeral.core.name;

import org.jspecify.annotations.NullMarked;
