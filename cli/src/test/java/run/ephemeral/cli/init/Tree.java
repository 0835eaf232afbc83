package run.ephemeral.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small repository, made from file names and contents.
record Tree(Path root) {
  static Tree at(Path folder, String... namesAndTexts) {
    try {
      var root = Files.createDirectories(Files.createTempDirectory(folder, "x").resolve("my-shop"));
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        var file = root.resolve(namesAndTexts[i]);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, namesAndTexts[i + 1]);
      }
      return new Tree(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Folder folder() {
    return new Folder(root);
  }

  /// Checks a detector's result: `build`, `run`, then `health` and `postgres` if present.
  void found(Detector detector, String... expected) {
    var found = detector.detect(folder());
    assertThat(found).as("found").isPresent();
    var said = new java.util.ArrayList<String>();
    said.add(found.get().build().orElse("-"));
    said.add(found.get().run());
    found.get().health().ifPresent(said::add);
    if (found.get().postgres()) {
      said.add("postgres");
    }
    assertThat(said).containsExactly(expected);
  }

  void nothing(Detector detector) {
    assertThat(detector.detect(folder())).isEmpty();
  }

  /// The `ephemeral.yaml` made for this repository.
  String spec() {
    return SpecText.of(Survey.of(root, true));
  }
}
