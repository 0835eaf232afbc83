package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A service that answers before it has read the request's body has answered: the visitor gets
/// that answer, whatever happens to the rest of the body.
///
/// The idle limits are far longer than the test may take, so an answer that arrives only
/// because a limit ended the wait fails.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class EarlyAnswerTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final String BLOCK = "x".repeat(50_000);
  private static final String CHUNK = "c350|" + BLOCK + "|";
  private static final String ANSWER =
      "HTTP/1.1 413 Too Large|Content-Length: 9|Connection: close||too much\n";

  private final Street street = new Street();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  /// What a service does after it has read the request's head.
  enum Manner {
    CLOSES {
      @Override
      void answer(Wire wire) throws Exception {
        wire.send(ANSWER);
      }
    },
    CLOSES_LATER {
      @Override
      void answer(Wire wire) throws Exception {
        wire.send(ANSWER);
        wire.take(20_000);
      }
    },
    KEEPS_OPEN {
      @Override
      void answer(Wire wire) throws Exception {
        wire.send(ANSWER);
        new CountDownLatch(1).await(10, TimeUnit.SECONDS);
      }
    },
    HALF_CLOSES {
      @Override
      void answer(Wire wire) throws Exception {
        wire.send(ANSWER).endOutput();
        wire.rest();
      }
    },
    RESETS {
      @Override
      void answer(Wire wire) throws Exception {
        wire.take(1000);
        wire.send(ANSWER);
        wire.reset();
      }
    },
    /// The end of the connection ends the body, and unread bytes make that end a reset.
    CLOSES_TO_END_THE_BODY {
      @Override
      void answer(Wire wire) throws Exception {
        wire.send("HTTP/1.0 413 Too Large||too much\n");
      }
    };

    abstract void answer(Wire wire) throws Exception;
  }

  static Stream<Arguments> cases() {
    return Stream.of(Manner.values())
        .flatMap(
            manner ->
                Stream.of(true, false)
                    .flatMap(
                        sized ->
                            Stream.of(
                                Arguments.of(manner, sized, 100_000, 100),
                                Arguments.of(manner, sized, 1_000_000, 40),
                                Arguments.of(manner, sized, 20_000_000, 5))));
  }

  @ParameterizedTest(name = "{0}, sized {1}, {2} bytes, {3} times")
  @MethodSource("cases")
  void reachesWhoSendsAllBeforeReading(Manner manner, boolean sized, int bytes, int times)
      throws Exception {
    serve(manner);
    for (int i = 0; i < times; i++) {
      try (var wire = Wire.to(street.gateway.port())) {
        begin(wire, sized, bytes);
        sendRest(wire, sized, bytes);
        assertAnswered(wire);
      }
    }
  }

  @ParameterizedTest(name = "{0}, sized {1}, {2} bytes, {3} times")
  @MethodSource("cases")
  void reachesWhoReadsBeforeSendingTheRest(Manner manner, boolean sized, int bytes, int times)
      throws Exception {
    serve(manner);
    for (int i = 0; i < times; i++) {
      try (var wire = Wire.to(street.gateway.port())) {
        begin(wire, sized, bytes);
        wire.send(sized ? BLOCK : CHUNK);
        assertAnswered(wire);
        sendRest(wire, sized, bytes - BLOCK.length());
      }
    }
  }

  private void serve(Manner manner) throws IOException {
    street.serveWire(
        wire -> {
          wire.head();
          manner.answer(wire);
        });
  }

  private static void begin(Wire wire, boolean sized, int bytes) throws IOException {
    var length = sized ? "Content-Length: " + bytes : "Transfer-Encoding: chunked";
    wire.send("POST /up HTTP/1.1|Host: " + HOST + "|" + length + "||");
  }

  /// Ends early when the gateway has closed the connection: its answer stays readable.
  private static void sendRest(Wire wire, boolean sized, int bytes) {
    try {
      for (int sent = 0; sent < bytes; sent += BLOCK.length()) {
        wire.send(sized ? BLOCK : CHUNK);
      }
      if (!sized) {
        wire.send("0||");
      }
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("(?i).*(broken pipe|reset|closed).*");
    }
  }

  private static void assertAnswered(Wire wire) throws IOException {
    assertThat(wire.head()).startsWith("HTTP/1.1 413 ");
    var body = wire.take(9);
    assertThat(body.startsWith("9\r\n") ? body + wire.take(3) : body).contains("too m");
  }

  @Test
  void aVisitorWhoSendsForSecondsAfterTheAnswerIsNotCutOff() throws Exception {
    serve(Manner.CLOSES);
    try (var wire = Wire.to(street.gateway.port())) {
      begin(wire, true, 20_000_000);
      assertThat(wire.head()).startsWith("HTTP/1.1 413 ").contains("onnection: close");
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
      int sent = 0;
      while (sent < 20_000_000 && System.nanoTime() < until) {
        wire.raw("y".repeat(1000));
        sent += 1000;
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(wire.rest()).startsWith("too much");
    }
  }

  @Test
  void anAnswerThatBeginsEarlyDoesNotEndTheSendingOfABodyThatTheServiceReads() throws Exception {
    street.serveWire(
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||");
          int got = 0;
          while (got < 5_000_000) {
            got += wire.take(50_000).length();
            wire.send("5|again|");
          }
          wire.send("0||");
        });
    var wire = street.wire();
    begin(wire, true, 5_000_000);
    assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
    for (int i = 0; i < 100; i++) {
      wire.send(BLOCK);
      assertThat(wire.chunk()).isEqualTo("again");
    }
    assertThat(wire.chunk()).isEmpty();
  }
}
