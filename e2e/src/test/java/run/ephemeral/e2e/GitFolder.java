package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A git repository, made with the real git.
record GitFolder(Path path) {
  /// Makes a folder a repository with its content as one commit on main.
  static GitFolder of(Path path) throws IOException, InterruptedException {
    var folder = new GitFolder(path);
    folder.git("init", "-q", "-b", "main");
    folder.git("add", "-A");
    folder.git("commit", "-q", "-m", "All of it");
    return folder;
  }

  void git(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of("git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org"));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).directory(path.toFile()).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  /// Changes a file on a branch, and switches back to main.
  void commit(String branch, String file, UnaryOperator<String> change)
      throws IOException, InterruptedException {
    git("checkout", "-q", branch);
    var target = path.resolve(file);
    Files.writeString(target, change.apply(Files.readString(target)));
    git("commit", "-q", "-a", "-m", "A change of " + file);
    git("checkout", "-q", "main");
  }
}
