package run.ephemeral.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.engine.process.log.LastWords;

class LastWordsTest {
  @TempDir Path folder;

  private void check(String log, String expected) throws IOException {
    var file = Files.writeString(folder.resolve("log"), log);
    assertThat(LastWords.of(file, 0)).isEqualTo(expected);
  }

  @Test
  void theLastLineThatTellsIsTheReason() throws IOException {
    check("starting\nError: boom\n    at a.b(C.java)\n    at d\n}\n", "Error: boom");
    check("one\n\u001b[31mtwo\u001b[0m\n\n", "two");
    check("", "");
    check("x".repeat(100_000), "x".repeat(300) + "…");
    assertThat(LastWords.of(folder.resolve("none"), 0)).isEmpty();
  }

  @Test
  void whatMavenAdvisesIsNoReason() throws IOException {
    check(
        """
        [ERROR] Failed to execute goal compile: Compilation failure -> [Help 1]
        [ERROR]
        [ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
        [ERROR] Re-run Maven using the -X switch to enable full debug logging.
        [ERROR]
        [ERROR] For more information about the errors, please read the following articles:
        [ERROR] [Help 1] http://cwiki.apache.org/confluence/MojoFailureException
        [ERROR] After correcting the problems, you can resume the build with the command
        [ERROR]   mvn <args> -rf :shop
        """,
        "[ERROR] Failed to execute goal compile: Compilation failure -> [Help 1]");
  }

  @Test
  void npmIsHeardWhenNobodyElseSpeaks() throws IOException {
    check(
        """
        npm warn deprecated glob@7
        npm error code ERESOLVE
        npm error ERESOLVE unable to resolve dependency tree
        npm error A complete log of this run can be found in: x.log
        """,
        "npm error ERESOLVE unable to resolve dependency tree");
    check(
        "src/a.ts(1,1): error TS2304: Cannot find name 'x'.\nnpm error code 2\nnpm error path /x\n",
        "src/a.ts(1,1): error TS2304: Cannot find name 'x'.");
  }
}
