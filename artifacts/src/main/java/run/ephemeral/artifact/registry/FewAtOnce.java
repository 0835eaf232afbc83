package run.ephemeral.artifact.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Lets a few at a time go to each registry. What is kept of one to which nobody goes is discarded:
/// any pull request may name a registry.
final class FewAtOnce {
  private static final int MOST = 4;

  private final Map<String, Room> rooms = new HashMap<>();

  private static final class Room {
    private final Semaphore free = new Semaphore(MOST, true);

    /// Who is in, or waits for that.
    private int users;
  }

  /// A place that is taken until closed.
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /// Waits for a place.
  Place enter(String host) throws InterruptedException {
    var room = come(host);
    try {
      room.free.acquire();
    } catch (InterruptedException e) {
      leave(host, room);
      throw e;
    }
    return place(host, room);
  }

  /// @return empty when none is free
  Optional<Place> enterNow(String host) {
    var room = come(host);
    if (room.free.tryAcquire()) {
      return Optional.of(place(host, room));
    }
    leave(host, room);
    return Optional.empty();
  }

  private Place place(String host, Room room) {
    return () -> {
      room.free.release();
      leave(host, room);
    };
  }

  private synchronized Room come(String host) {
    var room = rooms.computeIfAbsent(host, _ -> new Room());
    room.users++;
    return room;
  }

  private synchronized void leave(String host, Room room) {
    room.users--;
    if (room.users == 0) {
      rooms.remove(host);
    }
  }

  synchronized int hosts() {
    return rooms.size();
  }
}
