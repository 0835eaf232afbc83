package run.ephemeral.engine.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What every build and process of an environment is given of this machine: where programs are
/// and who the user is. Nothing else of the control plane's own environment reaches them.
final class Toolchain {
  private static final List<String> PASSED_ON =
      List.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TMPDIR", "TZ");

  private final Map<String, String> variables = new TreeMap<>();

  Toolchain(Map<String, String> machine) {
    machine.forEach(
        (name, value) -> {
          if (PASSED_ON.contains(name) || name.toLowerCase(Locale.ROOT).endsWith("_proxy")) {
            variables.put(name, value);
          }
        });
    variables.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
    variables.putIfAbsent("LANG", "C.UTF-8");
    var jdk = System.getProperty("java.home");
    variables.put("JAVA_HOME", jdk);
    variables.merge("PATH", jdk + "/bin", (path, bin) -> path + File.pathSeparator + bin);
  }

  Map<String, String> variables() {
    return new TreeMap<>(variables);
  }

  /// Tells two machines apart on which the same build may come out differently.
  String fingerprint() {
    return variables.get("PATH") + "|" + variables.get("JAVA_HOME");
  }

  /// Whether a program is on the path.
  boolean has(String program) {
    return List.of(variables.getOrDefault("PATH", "").split(File.pathSeparator)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
