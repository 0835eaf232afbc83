package run.ephemeral.artifact.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Lets a few questions at a time go to each registry. What is kept of one that nobody asks is
/// discarded: any pull request may name a registry.
final class FewAtOnce {
  private static final int MOST = 4;

  private final Map<String, Room> rooms = new HashMap<>();

  private static final class Room {
    private final Semaphore free = new Semaphore(MOST, true);

    /// Who asks, or waits for that.
    private int users;
  }

  /// A question.
  interface Question<T, E extends Exception> {
    T ask() throws E, InterruptedException;
  }

  <T, E extends Exception> T ask(String host, Question<T, E> question)
      throws E, InterruptedException {
    Room room;
    synchronized (this) {
      room = rooms.computeIfAbsent(host, _ -> new Room());
      room.users++;
    }
    try {
      room.free.acquire();
      try {
        return question.ask();
      } finally {
        room.free.release();
      }
    } finally {
      synchronized (this) {
        room.users--;
        if (room.users == 0) {
          rooms.remove(host);
        }
      }
    }
  }

  /// Whether another question would have to wait.
  synchronized boolean isFull(String host) {
    var room = rooms.get(host);
    return room != null && room.users >= MOST;
  }
}
