package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files with the expected output of the program. `./dev generate` rewrites them.
final class Golden {
  private Golden() {}

  static void check(String name, String said) {
    check(Path.of("src/test/resources/golden").resolve(name), said);
  }

  static void check(Path file, String said) {
    try {
      if (Boolean.getBoolean("generate")) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, said);
      }
      assertThat(said)
          .as("%s is not what the program says; if that is right: ./dev generate", file)
          .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
