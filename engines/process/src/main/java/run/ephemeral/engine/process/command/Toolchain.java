package run.ephemeral.engine.process.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The variables of this machine that builds and processes of environments get: where programs are
/// and who the user is. No other variable of the control plane is passed on.
public final class Toolchain {
  private static final List<String> PASSED_ON =
      List.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TMPDIR", "TZ");

  private static final List<String> TOOLS =
      List.of("javac", "node", "python3", "ruby", "go", "cargo", "php", "dotnet");

  private static final Duration FRESH = Duration.ofSeconds(5);

  private final Map<String, String> variables = new TreeMap<>();
  private volatile Fingerprint known;

  public Toolchain(Map<String, String> machine) {
    machine.forEach(
        (name, value) -> {
          if (PASSED_ON.contains(name) || name.toLowerCase(Locale.ROOT).endsWith("_proxy")) {
            variables.put(name, value);
          }
        });
    variables.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
    variables.putIfAbsent("LANG", "C.UTF-8");
    // Python buffers some kilobytes of output if it goes to a file.
    variables.put("PYTHONUNBUFFERED", "1");
    var jdk = System.getProperty("java.home");
    variables.put("JAVA_HOME", jdk);
    variables.merge("PATH", jdk + "/bin", (path, bin) -> bin + File.pathSeparator + path);
    known = new Fingerprint(find(), System.nanoTime());
  }

  public Map<String, String> variables() {
    return new TreeMap<>(variables);
  }

  /// Identifies the build tools of this machine by their real paths: with other tools the same
  /// build may have another result. Cached for a few seconds, because every look at an environment
  /// asks several times and tools are seldom replaced.
  public String fingerprint() {
    var last = known;
    var now = System.nanoTime();
    if (now - last.atNanos() > FRESH.toNanos()) {
      last = new Fingerprint(find(), now);
      known = last;
    }
    return last.text();
  }

  private record Fingerprint(String text, long atNanos) {}

  private String find() {
    return TOOLS.stream()
        .map(tool -> find(tool).map(Toolchain::real).orElse("-"))
        .collect(Collectors.joining("|", System.getProperty("os.arch") + "|", ""));
  }

  private static String real(Path program) {
    try {
      return program.toRealPath().toString();
    } catch (IOException e) {
      return program.toString();
    }
  }

  private Optional<Path> find(String program) {
    return Stream.of(variables.getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Whether a program is on the path.
  public boolean has(String program) {
    return find(program).isPresent();
  }
}
