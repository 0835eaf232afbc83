package run.ephemeral.cli.follow;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.EventStream;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.EventView;

/// The control plane's stream of changes, with bounded waits.
///
/// Open it before sending a command, so that none of the following changes is missed.
public final class Feed implements AutoCloseable {
  private sealed interface Item {
    record News(EventStream.Message message) implements Item {}

    record End(CliFault why) implements Item {}
  }

  /// One element of the stream.
  public sealed interface Change {
    record Happened(EventView event) implements Change {}

    record Became(EnvironmentView environment) implements Change {}

    /// The stream has ended.
    ///
    /// @param why the fault to throw if the end was not expected
    record Over(CliFault why) implements Change {}
  }

  private final EventStream stream;
  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();

  private Feed(EventStream stream) {
    this.stream = stream;
  }

  /// Opens the stream of all environments.
  public static Feed open(ControlPlane api) {
    return of(api.stream("/stream"));
  }

  /// Opens the stream of one environment.
  public static Feed open(ControlPlane api, String environment) {
    return of(api.stream("/stream?environment=" + ControlPlane.encoded(environment)));
  }

  public static Feed of(EventStream stream) {
    var feed = new Feed(stream);
    Thread.ofVirtual().name("feed").start(feed::read);
    return feed;
  }

  private void read() {
    try {
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        items.add(new Item.News(next.get()));
      }
      items.add(new Item.End(EventStream.ended()));
    } catch (CliFault e) {
      items.add(new Item.End(e));
    }
  }

  /// Waits for the next change; empty when none came within `longest`.
  public Optional<Change> poll(Duration longest) {
    try {
      var item = items.poll(Math.max(0, longest.toMillis()), TimeUnit.MILLISECONDS);
      return switch (item) {
        case null -> Optional.empty();
        case Item.News(var message) -> change(message);
        case Item.End(var why) -> Optional.of(new Change.Over(why));
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFault(Exit.INTERRUPTED, "interrupted");
    }
  }

  private static Optional<Change> change(EventStream.Message message) {
    return switch (message.type()) {
      case "event" -> Optional.of(new Change.Happened(message.as(EventView.class)));
      case "environment" -> Optional.of(new Change.Became(message.as(EnvironmentView.class)));
      default -> Optional.empty();
    };
  }

  @Override
  public void close() {
    stream.close();
  }
}
