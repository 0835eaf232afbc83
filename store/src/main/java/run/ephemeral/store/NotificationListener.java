package run.ephemeral.store;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Receives the notifications of all control planes on the same database over one LISTEN
/// connection.
///
/// Notifications may be lost while the connection is down, so nothing may depend on them alone.
/// After every connect, the listener is told that anything may have changed.
public final class NotificationListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationListener.class);
  private static final String PREFIX = "ephemeral_";
  private static final int WAIT_MILLIS = 5_000;

  /// The notification channels.
  public enum Channel {
    /// An environment became due.
    DUE,
    /// The visible state of an environment changed.
    CHANGED,
    /// An event was added to the event log.
    EVENT,
    /// Something changed at the repository of an app.
    REPOSITORY
  }

  private final String jdbcUrl;
  private final Properties login = new Properties();
  private final BiConsumer<Channel, String> listener;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread;

  /// @param listener gets the channel and the name of the environment or app; an empty name means
  ///     any
  public NotificationListener(
      String jdbcUrl, String user, String password, BiConsumer<Channel, String> listener) {
    this.jdbcUrl = jdbcUrl;
    this.listener = listener;
    login.setProperty("user", user);
    login.setProperty("password", password);
    thread = Thread.ofPlatform().name("notifications").daemon().unstarted(this::listen);
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
          LOG.warn("the LISTEN connection is lost; reconnecting: {}", e.getMessage());
          pause();
        }
      }
    }
  }

  private void listenOnce() throws SQLException {
    try (var connection = DriverManager.getConnection(jdbcUrl, login);
        var statement = connection.createStatement()) {
      for (var channel : Channel.values()) {
        statement.execute("LISTEN " + name(channel));
      }
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

  private static String name(Channel channel) {
    return PREFIX + channel.name().toLowerCase(Locale.ROOT);
  }

  private static Channel channel(String name) {
    return Channel.valueOf(name.substring(PREFIX.length()).toUpperCase(Locale.ROOT));
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
