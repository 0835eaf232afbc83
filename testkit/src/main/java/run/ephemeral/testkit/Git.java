package run.ephemeral.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A repository made and changed by the real git, without this machine's git configuration.
public record Git(Path folder) {
  public static Git init(Path folder) {
    var git = new Git(folder);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    git.run("init", "-q", "-b", "main");
    return git;
  }

  /// @return its output
  public String run(String... arguments) {
    var command = new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    var env = builder.environment();
    env.put("GIT_CONFIG_NOSYSTEM", "1");
    env.put("GIT_CONFIG_GLOBAL", "/dev/null");
    for (var who : List.of("AUTHOR", "COMMITTER")) {
      env.put("GIT_" + who + "_NAME", "Ada");
      env.put("GIT_" + who + "_EMAIL", "ada@example.org");
    }
    try {
      var process = builder.start();
      var output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public Git write(String path, String text) {
    try {
      var file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @return the commit
  public String commit(String message) {
    run("add", "-A");
    run("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message);
    return head();
  }

  public String head() {
    return run("rev-parse", "HEAD");
  }

  /// Makes a branch from main with one commit.
  ///
  /// @return the commit
  public String branch(String name, String message) {
    run("checkout", "-q", "-b", name, "main");
    var commit = commit(message);
    run("checkout", "-q", "main");
    return commit;
  }
}
