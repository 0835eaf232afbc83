package run.ephemeral.codehost.git;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.CodeHostContract;
import run.ephemeral.testkit.Git;

class GitContractTest extends CodeHostContract {
  @TempDir private Path temporary;
  private Git git = new Git(Path.of("."));
  private GitSources sources = new GitSources(Path.of("."));
  private CodeHost host = new GitCodeHost(sources);

  @BeforeEach
  void begin() {
    git = Git.init(temporary.resolve("shop"));
    git.write("page", "first").commit("First");
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
  }

  @AfterEach
  void end() {
    sources.close();
  }

  @Override
  protected CodeHost host() {
    return host;
  }

  @Override
  protected Sources sources() {
    return sources;
  }

  @Override
  protected People people() {
    return new People() {
      @Override
      public void commit(String branch, String file, String text) {
        var isThere = !git.run("branch", "--list", branch).isEmpty();
        if (isThere) {
          git.run("checkout", "-q", branch);
        } else {
          git.run("checkout", "-q", "-b", branch, "main");
        }
        git.write(file, text).commit("Change " + file);
        git.run("checkout", "-q", "main");
      }

      // A branch is a pull request.
      @Override
      public void open(String branch, String title) {}

      @Override
      public void close(String branch) {
        git.run("branch", "-q", "-D", branch);
      }
    };
  }

  private static App app(String source) {
    return new App(new AppName("shop"), "shop", source, "", Instant.EPOCH, Optional.empty());
  }

  @Override
  protected App app() {
    return app(git.folder().toString());
  }

  @Override
  protected App absent() {
    return app(temporary.resolve("nothing").toString());
  }

  @Override
  protected App unreachable() {
    return app("http://ada:secret@127.0.0.1:1/shop.git");
  }
}
