package run.ephemeral.store.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import run.ephemeral.core.environment.Attempts;

/// Samples of every version that was ever written, taken from running installations. They are
/// never changed and never removed; `./dev generate` writes those of the newest version only.
class SamplesTest {
  private static final Path SAMPLES = Path.of("src/test/resources/documents");
  private static final List<Document<?>> KINDS =
      List.of(Document.ORIGIN, Document.WANTED, Document.OBSERVED, Document.ATTEMPTS);

  static Stream<Path> samples() throws IOException {
    try (var files = Files.walk(SAMPLES)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  private static Document<?> kind(Path sample) {
    return KINDS.stream()
        .filter(kind -> sample.getName(sample.getNameCount() - 2).endsWith(kind.name()))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everySampleIsReadAndIsTheSameAsItsNewestForm(Path sample) throws IOException {
    check(kind(sample), sample);
  }

  private static <D> void check(Document<D> kind, Path sample) throws IOException {
    var read = kind.parse(Files.readString(sample)).orElseThrow();
    var newest =
        SAMPLES
            .resolve("v" + Document.VERSION)
            .resolve(kind.name())
            .resolve(sample.getFileName().toString());
    if (Boolean.getBoolean("generate")) {
      Files.createDirectories(newest.getParent());
      Files.writeString(newest, kind.write(read) + "\n");
    }
    assertThat(kind.write(read) + "\n").isEqualTo(Files.readString(newest));
    assertThat(kind.parse(Files.readString(newest))).contains(read);
  }

  @Test
  void everyVersionHasSamplesOfEveryKind() {
    for (int version = 1; version <= Document.VERSION; version++) {
      for (var kind : KINDS) {
        assertThat(SAMPLES.resolve("v" + version).resolve(kind.name())).isNotEmptyDirectory();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"byStep\": {}, \"round\": 0, \"v\": 99}",
        "{\"byStep\": {}, \"round\": 0, \"v\": 0}",
        "{\"byStep\": {}, \"round\": 0, \"v\": 4294967298}",
        "{\"byStep\": {}, \"round\": 0, \"v\": \"2\"}",
        "{\"byStep\": {}, \"round\": 0, \"v\": 2, \"more\": 1}",
        "{\"byStep\": {}, \"v\": 2}",
        "{\"byStep\": {}, \"round\": null, \"v\": 2}",
        "{\"byStep\": {\"build x\": null}, \"round\": 0, \"v\": 2}",
        "{\"byStep\": {}, \"round\": 0",
        "[]",
        "null",
        ""
      })
  void whatIsNoWholeDocumentOfAKnownVersionIsNotRead(String text) {
    assertThat(Document.ATTEMPTS.parse(text)).isEmpty();
  }

  @Test
  void oneTextIsReadOnceAndTheLatestAreKept() {
    var kind = Document.ATTEMPTS;
    var text = kind.write(new Attempts(Map.of(), 1));
    var known = kind.read(text).orElseThrow();
    assertThat(kind.read(text)).containsSame(known);
    for (int round = 2; round < 400; round++) {
      kind.write(new Attempts(Map.of(), round));
    }
    assertThat(kind.read(text).orElseThrow()).isEqualTo(known).isNotSameAs(known);
  }
}
