package run.ephemeral.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// The arguments before `--`, and those after it, which are for another program.
///
/// @param present whether there was a `--` at all
record Dashes(List<String> before, List<String> after, boolean present) {
  /// @param positional all arguments that are not options, before and after `--`
  static Dashes split(CommandSpec spec, List<String> positional) {
    var args = spec.root().commandLine().getParseResult().originalArgs();
    var at = args.indexOf("--");
    var after = at < 0 ? 0 : args.size() - at - 1;
    var split = Math.max(0, positional.size() - after);
    return new Dashes(
        List.copyOf(positional.subList(0, split)),
        List.copyOf(positional.subList(split, positional.size())),
        at >= 0);
  }
}
