/// Folders that are built once and shared, and the copies in which services run.
@NullMarked
package run.ephemeral.engine.process.build;

import org.jspecify.annotations.NullMarked;
