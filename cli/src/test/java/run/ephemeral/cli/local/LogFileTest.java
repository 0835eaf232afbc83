package run.ephemeral.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The output of a control plane is found even if its log was truncated meanwhile, and is never
/// mixed up with that of an earlier one.
class LogFileTest {
  @TempDir private Path folder;
  private Path log = Path.of(".");
  private Path older = Path.of(".");

  @BeforeEach
  void anEarlierOneSaidSomething() throws IOException {
    log = folder.resolve("server.log");
    older = folder.resolve("server.log.1");
    append("EPHEMERAL-FAULT: of an earlier one\n");
  }

  private void append(String text) throws IOException {
    Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void cut() throws IOException {
    Files.deleteIfExists(older);
    Files.copy(log, older);
    Files.writeString(log, "");
  }

  @Test
  void theSentenceIsFoundWhereTheLogWasNotCut() throws IOException {
    cut();
    append("EPHEMERAL-FAULT: of an earlier one, too\n");
    var said = LogFile.fromHere(log);
    assertThat(said.fault()).isEmpty();
    append("before\nEPHEMERAL-FAULT: the port is taken\nafter\n");
    assertThat(said.fault()).contains("the port is taken");
    assertThat(said.last(9)).hasSize(3);
  }

  @Test
  void theSentenceIsFoundWhenTheLogWasCutAfterIt() throws IOException {
    var said = LogFile.fromHere(log);
    append("EPHEMERAL-FAULT: the port is taken\n");
    cut();
    assertThat(said.fault()).contains("the port is taken");
    append("a line\n".repeat(100));
    assertThat(said.fault()).contains("the port is taken");
  }

  @Test
  void theSentenceIsFoundWhenTheLogWasCutBeforeIt() throws IOException {
    var said = LogFile.fromHere(log);
    cut();
    assertThat(said.fault()).isEmpty();
    append("EPHEMERAL-FAULT: the port is taken\n");
    assertThat(said.fault()).contains("the port is taken");
  }

  @Test
  void aLogThatIsNotThereYetHasNoSentence() throws IOException {
    Files.delete(log);
    var said = LogFile.fromHere(log);
    assertThat(said.fault()).isEmpty();
    assertThat(said.last(3)).isEmpty();
  }
}
