package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.wire.Finding;
import run.ephemeral.wire.Validation;

class ValidateTest {
  @TempDir Path folder;

  @Test
  void saysWhatIsWrongAndWhere() throws IOException {
    Files.writeString(folder.resolve("ephemeral.yaml"), "app: Shop\nservces: {}\n");
    try (var server = new FakeControlPlane()) {
      server.answering(
          "POST /validate",
          new Validation(
              false,
              List.of(new Finding(2, 1, "unknown key `servces`. Did you mean `services`?")),
              List.of(new Finding(1, 6, "a note"))));
      assertThat(new Shell(folder, server).call("validate"))
          .isEqualTo(
              new Shell.Said(
                  1,
                  """
                  ephemeral.yaml:2:1: error: unknown key `servces`. Did you mean `services`?
                  ephemeral.yaml:1:6: note: a note
                  ✗ ephemeral.yaml has 1 problem.
                  """,
                  ""));
      assertThat(server.requests)
          .containsExactly("POST /validate {\"text\":\"app: Shop\\nservces: {}\\n\"}");
    }
  }

  @Test
  void saysWhenAllIsWell() throws IOException {
    Files.writeString(folder.resolve("ephemeral.yaml"), "app: shop\n");
    try (var server = new FakeControlPlane()) {
      server.answering("POST /validate", new Validation(true, List.of(), List.of()));
      assertThat(new Shell(folder, server).call("validate", "."))
          .isEqualTo(new Shell.Said(0, "✓ ./ephemeral.yaml is valid.\n", ""));
    }
  }

  @Test
  void aFileThatIsNotThereNamesInit() {
    var said = new Shell(folder).call("validate");
    assertThat(said.code()).isEqualTo(3);
    assertThat(said.err()).endsWith("  → write one: ephemeral init\n");
  }

  @Test
  void aFileThatIsTooLargeIsNamedWithItsSize() throws IOException {
    var file = folder.resolve("ephemeral.yaml");
    for (var text : List.of("#".repeat(2_000_000), "\n".repeat(600_000))) {
      Files.writeString(file, text);
      assertThat(new Shell(folder).call("validate").err())
          .startsWith("error: %s has %d bytes; ".formatted(file, text.length()));
    }
  }

  @Test
  void aFolderInItsPlaceIsSaidToBeOne() throws IOException {
    var file = Files.createDirectory(folder.resolve("ephemeral.yaml"));
    for (var command : List.of("validate", "validate .", "run")) {
      assertThat(new Shell(folder).call(command.split(" ", -1)))
          .isEqualTo(
              new Shell.Said(1, "", "error: %s is a folder, and must be a file\n".formatted(file)));
    }
  }

  @Test
  void aFileThatIsNotUtf8IsToldSo() throws IOException {
    var file = Files.write(folder.resolve("ephemeral.yaml"), new byte[] {'a', (byte) 0xe9, '\n'});
    assertThat(new Shell(folder).call("validate"))
        .isEqualTo(
            new Shell.Said(
                1, "", "error: %s is not text in UTF-8; save it as that\n".formatted(file)));
  }
}
