package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import run.ephemeral.testkit.Plane;

/// Checks conventions: sizes of files and methods, class names, modules.
class TidyTest {
  private static final int LONGEST_LINE = 100;
  private static final int LONGEST_FILE = 400;
  private static final int LONGEST_METHOD = 60;
  private static final Pattern VAGUE =
      Pattern.compile("Abstract[A-Z].*|.*(Utils?|Manager|Helper|Impl)");

  @Test
  void linesFilesAndMethodsAreShort() {
    var findings = new ArrayList<String>();
    for (var file : sources()) {
      var lines = lines(file);
      if (lines.size() > LONGEST_FILE) {
        findings.add(file + " has " + lines.size() + " lines");
      }
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).length() > LONGEST_LINE) {
          findings.add(file + ":" + (i + 1) + " has " + lines.get(i).length() + " columns");
        }
      }
      longMethods(file, lines, findings);
    }
    assertThat(findings).isEmpty();
  }

  /// Finds methods of top-level types by the formatter's indentation.
  private static void longMethods(Path file, List<String> lines, List<String> findings) {
    var begin = -1;
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (line.matches(" {2}\\S.*\\{") && !line.matches(".*\\b(class|record|interface|enum) .*")) {
        begin = i;
      } else if (line.equals("  }") && begin >= 0) {
        if (i - begin + 1 > LONGEST_METHOD) {
          findings.add(file + ":" + (begin + 1) + " is a method of " + (i - begin + 1) + " lines");
        }
        begin = -1;
      }
    }
  }

  @Test
  void namesSaySomething() {
    assertThat(sources())
        .extracting(file -> file.getFileName().toString().replace(".java", ""))
        .noneMatch(name -> VAGUE.matcher(name).matches());
  }

  @Test
  void everyModuleIsInTheArchitectureAndNoneIsOnlyThere() throws IOException {
    var pom = Files.readString(Plane.ROOT.resolve("pom.xml"));
    var modules = Pattern.compile("<module>(.+?)</module>").matcher(pom).results();
    var named = modules.map(match -> match.group(1)).sorted().toList();
    var map = Files.readString(Plane.ROOT.resolve("ARCHITECTURE.md"));
    var rooms = Pattern.compile("(?m)^\\| `([a-z0-9/-]+)/` \\|").matcher(map).results();
    assertThat(rooms.map(match -> match.group(1)).sorted().toList()).isEqualTo(named);
  }

  @Test
  void nothingIsLeftForLater() {
    var unfinished = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    assertThat(sources())
        .noneMatch(file -> lines(file).stream().anyMatch(l -> unfinished.matcher(l).find()));
  }

  private static List<Path> sources() {
    try (var files = Files.walk(Plane.ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
