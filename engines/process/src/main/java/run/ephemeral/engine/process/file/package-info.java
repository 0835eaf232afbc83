/// The layout of the engine's folder, and operations on folders with foreign content.
@NullMarked
package run.ephemeral.engine.process.file;

import org.jspecify.annotations.NullMarked;
