package run.ephemeral.store;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears what any control plane on the same database says, by one connection that listens.
///
/// A notice may be lost (the connection breaks and is made anew): it is a reason to look, never
/// the only one. After every new connection all listeners are told to look at everything.
public final class Bell implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Bell.class);
  private static final int WAIT_MILLIS = 5_000;

  /// What was said.
  public enum Channel {
    /// An environment became due.
    DUE,
    /// What can be said of an environment changed.
    CHANGED,
    /// Something was written into the diary.
    EVENT
  }

  private final String jdbcUrl;
  private final Properties login = new Properties();
  private final BiConsumer<Channel, String> listener;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread;

  /// @param listener gets the channel and the name of the environment; an empty name means any
  public Bell(String jdbcUrl, String user, String password, BiConsumer<Channel, String> listener) {
    this.jdbcUrl = jdbcUrl;
    this.listener = listener;
    login.setProperty("user", user);
    login.setProperty("password", password);
    thread = Thread.ofPlatform().name("bell").daemon().unstarted(this::listen);
  }

  public void start() {
    thread.start();
  }

  private void listen() {
    while (!closed.get()) {
      try {
        listenOnce();
      } catch (SQLException | RuntimeException | Error e) {
        if (!closed.get()) {
          LOG.warn("the bell is silent, and is hung up again: {}", e.getMessage());
          pause();
        }
      }
    }
  }

  private void listenOnce() throws SQLException {
    try (var connection = DriverManager.getConnection(jdbcUrl, login);
        var statement = connection.createStatement()) {
      statement.execute("LISTEN ephemeral_due; LISTEN ephemeral_changed; LISTEN ephemeral_event");
      for (var channel : Channel.values()) {
        listener.accept(channel, "");
      }
      var postgres = connection.unwrap(PGConnection.class);
      while (!closed.get()) {
        var notices = postgres.getNotifications(WAIT_MILLIS);
        if (notices != null) {
          for (var notice : notices) {
            listener.accept(channel(notice.getName()), notice.getParameter());
          }
        }
      }
    }
  }

  private static Channel channel(String name) {
    return switch (name) {
      case "ephemeral_due" -> Channel.DUE;
      case "ephemeral_event" -> Channel.EVENT;
      default -> Channel.CHANGED;
    };
  }

  private void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      closed.set(true);
    }
  }

  @Override
  public void close() {
    closed.set(true);
    thread.interrupt();
  }
}
