package run.ephemeral.cli.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the class with the `main` of a program in Java or Kotlin.
final class JvmMain {
  private static final Pattern JAVA =
      Pattern.compile("public\\s+static\\s+void\\s+main\\s*\\(|^\\s*(static )?void main\\(");
  private static final Pattern KOTLIN = Pattern.compile("(?m)^fun main\\s*\\(");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package\\s+([\\w.]+)");
  private static final Pattern NAMED = Pattern.compile("<mainClass>\\s*([\\w.]+)\\s*</mainClass>");

  private JvmMain() {}

  /// The class named in the pom, or else the only one with a `main`.
  static Optional<String> in(Folder folder) {
    var named = NAMED.matcher(folder.text("pom.xml"));
    if (named.find()) {
      return Optional.of(named.group(1));
    }
    var found =
        Stream.of("src/main/java", "src/main/kotlin")
            .flatMap(source -> mains(folder.sub(source)).stream())
            .toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static List<String> mains(Folder source) {
    try (var files = Files.walk(source.path())) {
      return files
          .filter(file -> file.toString().matches(".*\\.(java|kt)"))
          .flatMap(file -> main(file).stream())
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<String> main(Path file) {
    var name = file.getFileName().toString();
    var text = new Folder(file.resolveSibling(".")).text(name);
    var kotlin = name.endsWith(".kt");
    if (!(kotlin ? KOTLIN : JAVA).matcher(text).find()) {
      return Optional.empty();
    }
    var in = PACKAGE.matcher(text);
    var prefix = in.find() ? in.group(1) + "." : "";
    var simple = name.substring(0, name.lastIndexOf('.'));
    return Optional.of(prefix + simple + (kotlin ? "Kt" : ""));
  }
}
