package run.ephemeral.specfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The committed schema and reference page equal what the program generates.
class GeneratedTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../docs/reference");

  @Test
  void theSchemaIsWhatTheRecordsSay() throws IOException {
    check("ephemeral.schema.json", SpecSchema.json());
  }

  @Test
  void theReferencePageIsWhatTheRecordsSay() throws IOException {
    check("ephemeral-yaml.md", SpecReference.markdown());
  }

  private static void check(String name, String expected) throws IOException {
    var file = REFERENCE.resolve(name).normalize();
    if (Boolean.getBoolean("generate")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
      return;
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("docs/reference/%s is not up to date; run ./dev generate and commit it", name)
        .isEqualTo(expected);
  }
}
