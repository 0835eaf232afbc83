package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/// What users read of an I/O exception.
class WhyTest {
  private static void check(IOException given, String expected) {
    assertThat(Why.of(given)).isEqualTo(expected);
  }

  @Test
  void anExceptionWithoutAReasonInItsMessageIsSaidInWords() {
    check(new NoSuchFileException("/a"), "/a is not there");
    check(new AccessDeniedException("/a"), "/a may not be opened or changed by this user");
    check(new UnknownHostException("foo"), "no such host is known");
    check(new ConnectException(), "Connection refused");
    check(new EOFException(), "the connection ended too early");
    check(new IOException(), "the connection broke");
  }

  @Test
  void aReasonThatTheSystemGaveIsKept() {
    check(new FileSystemException("/a", null, "Is a directory"), "/a: Is a directory");
    check(new ConnectException("Connection timed out"), "Connection timed out");
    check(new IOException("Connection reset by peer"), "Connection reset by peer");
  }
}
