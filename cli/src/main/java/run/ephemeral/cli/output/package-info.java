/// Output for people (colours, tables, times, redrawn lines) and for programs (JSON, YAML).
@NullMarked
package run.ephemeral.cli.output;

import org.jspecify.annotations.NullMarked;
