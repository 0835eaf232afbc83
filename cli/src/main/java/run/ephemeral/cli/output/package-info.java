/// What people see: colours, tables, times, lines that redraw themselves; and JSON and YAML for
/// programs.
@NullMarked
package run.ephemeral.cli.output;

import org.jspecify.annotations.NullMarked;
