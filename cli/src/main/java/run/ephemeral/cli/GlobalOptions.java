package run.ephemeral.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import run.ephemeral.cli.output.Format;

/// Options that every command has.
final class GlobalOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "How to print: table, wide, json or yaml. Default: table.")
  Format format = Format.TABLE;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "No colours. $$NO_COLOR does the same.")
  boolean noColor;

  @Option(
      names = "--server",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description =
          "The control plane to talk to; its token is read from $$EPHEMERAL_TOKEN. Default:"
              + " $$EPHEMERAL_SERVER, else the one of this machine.")
  @Nullable String server;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error comes from.")
  boolean debug;
}
