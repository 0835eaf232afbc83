/// What lies where, and what is done with folders of strangers.
@NullMarked
package run.ephemeral.engine.process.file;

import org.jspecify.annotations.NullMarked;
