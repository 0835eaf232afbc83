/// Databases of environments on a PostgreSQL server: golden databases, copies, seeds.
@NullMarked
package run.ephemeral.data.postgres;

import org.jspecify.annotations.NullMarked;
