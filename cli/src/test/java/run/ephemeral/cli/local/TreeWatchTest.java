package run.ephemeral.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeWatchTest {
  private static final Duration QUIET = Duration.ofMillis(20);

  @TempDir Path folder;

  @Test
  void whatToolsMakeIsNotAnEdit() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("node_modules"));
    Files.writeString(folder.resolve(".gitignore"), "dist/\n/secret.txt\n# no\n*.log\n!keep\n");
    Files.createDirectories(folder.resolve("src/dist"));
    try (var watch = new TreeWatch(folder)) {
      Files.writeString(folder.resolve("node_modules/a.js"), "");
      Files.writeString(folder.resolve("src/dist/b.js"), "");
      Files.writeString(folder.resolve("secret.txt"), "");
      Files.writeString(folder.resolve("src/.main.js.swp"), "");
      Files.writeString(folder.resolve("src/main.js"), "");
      assertThat(watch.await(QUIET)).containsExactly("src/main.js");
    }
  }

  @Test
  void whatCameAndWentIsNotAnEdit() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("old"), "");
    try (var watch = new TreeWatch(folder)) {
      Files.writeString(folder.resolve("sedAbC"), "");
      Files.delete(folder.resolve("sedAbC"));
      Files.delete(folder.resolve("old"));
      assertThat(watch.await(QUIET)).containsExactly("old");
    }
  }

  @Test
  void newFoldersAreWatchedToo() throws IOException, InterruptedException {
    try (var watch = new TreeWatch(folder)) {
      Files.createDirectory(folder.resolve("new"));
      assertThat(watch.await(QUIET)).containsExactly("new");
      Files.writeString(folder.resolve("new/file"), "");
      assertThat(watch.await(QUIET)).containsExactly("new/file");
    }
  }

  @Test
  void ofGitignoreOnlyPlainNamesCount() throws IOException {
    Files.writeString(folder.resolve(".gitignore"), "dist/\n/secret.txt\n*.log\n!keep\na/b\n");
    assertThat(TreeWatch.ignored(folder))
        .contains(".git", "node_modules", "target", "dist", "secret.txt")
        .doesNotContain("*.log", "!keep", "keep", "a/b");
  }
}
