package run.ephemeral.codehost.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.app.App;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.Git;

/// Fetches, checks out and snapshots a gigabyte in a JVM whose heap is a fraction of that.
@Tag("long")
class LargeRepositoryTest {
  private static final long MB = 1024 * 1024;

  @TempDir private Path temporary;

  /// The program of the small JVM. Arguments: a source, a folder for mirrors and one for files.
  static final class Small {
    private Small() {}

    public static void main(String[] arguments) {
      var folders = List.of(arguments).stream().map(Path::of).toList();
      var app =
          new App(
              new AppName("shop"),
              "shop",
              folders.get(0).toString(),
              "",
              Instant.EPOCH,
              Optional.empty());
      try (var sources = new GitSources(folders.get(1))) {
        var host = new GitCodeHost(sources);
        var open = host.look(app).open();
        var repository = Mirror.of(app.name());
        var hash = sources.hash(repository, open.getFirst().commit(), ".").orElseThrow();
        sources.checkOut(repository, hash, "", folders.get(2));
        var tree = new Mirror("tree-shop");
        var taken = sources.snapshot(tree, folders.get(2)).commit();
        System.out.println(sources.hash(tree, taken, ".").orElseThrow().equals(hash));
      }
    }
  }

  @Test
  void aGigabyteOfFilesAndOneOf500MegabytesPassThroughLittleMemory() throws Exception {
    var git = Git.init(temporary.resolve("shop"));
    git.run("config", "core.compression", "0");
    git.write("page", "hello").commit("First");
    git.run("checkout", "-q", "-b", "large");
    random(git.folder().resolve("one"), 500 * MB);
    for (int i = 0; i < 50; i++) {
      random(git.folder().resolve("many-" + i), 10 * MB);
    }
    git.commit("Large");
    git.run("checkout", "-q", "main");
    var out = Git.init(temporary.resolve("out")).folder();
    assertThat(small(git.folder(), temporary.resolve("mirrors"), out)).isEqualTo("true");
    assertThat(out.resolve("one")).hasSize(500 * MB);
  }

  private static void random(Path file, long size) throws IOException {
    var random = new Random(size);
    var block = new byte[(int) MB];
    try (var to = Files.newOutputStream(file)) {
      for (long written = 0; written < size; written += block.length) {
        random.nextBytes(block);
        to.write(block);
      }
    }
  }

  private static String small(Path... folders) throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes = System.getProperty("java.class.path");
    var command = new ArrayList<>(List.of(java, "-Xmx200m", "-cp", classes));
    command.add(Small.class.getName());
    List.of(folders).forEach(folder -> command.add(folder.toString()));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
