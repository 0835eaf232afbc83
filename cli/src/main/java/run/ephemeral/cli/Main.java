package run.ephemeral.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;
import run.ephemeral.cli.output.Screen;

/// Entry point of the command line.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // The JDK would silently repeat failed POST requests.
    System.setProperty("sun.net.http.retryPost", "false");
    System.exit(run(system(), args));
  }

  /// Runs one command line.
  ///
  /// @return the exit code
  static int run(World world, String... args) {
    var cli = new Cli(world);
    var line = Commands.line(cli, args);
    var report = new ErrorReport(cli);
    line.setExecutionExceptionHandler((error, at, parsed) -> report.of(error));
    line.setParameterExceptionHandler((error, given) -> report.of(error));
    return line.execute(args);
  }

  private static World system() {
    var environment = System.getenv();
    var out = Screen.standardOutput(environment);
    return new World(
        Path.of("").toAbsolutePath(),
        environment,
        properties(),
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
        out.terminal() && Screen.isInputTerminal(),
        out,
        Screen.standardError(environment),
        InstantSource.system(),
        Interrupts.ofThisProcess());
  }

  private static Map<String, String> properties() {
    var properties = System.getProperties();
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(key -> key, properties::getProperty));
  }
}
