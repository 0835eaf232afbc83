package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.engine.BuildOrder;
import run.ephemeral.core.policy.Limits;

/// Artifacts by what they are made from: built once, shared by all environments, the least
/// recently used dropped when they are too many.
///
/// A build runs in its artifact's final place, because many tools write that place into what
/// they make; a mark beside it says that it is whole. Whoever asks for a build that is under
/// way waits for it; when nobody waits any more it is ended.
final class Builds {
  private static final Logger LOG = LoggerFactory.getLogger(Builds.class);
  private static final Duration SAFE_FROM_EVICTION = Duration.ofMinutes(10);

  private final Path folder;
  private final Sources sources;
  private final Commands commands;
  private final Toolchain toolchain;
  private final Limits limits;
  private final Supplier<Set<Path>> inUse;
  private final Semaphore room;
  private final Map<Path, Work> underWay = new HashMap<>();

  /// @param inUse the artifacts that processes run on
  Builds(
      Path folder,
      Sources sources,
      Commands commands,
      Toolchain toolchain,
      Limits limits,
      Supplier<Set<Path>> inUse) {
    this.folder = folder;
    this.sources = sources;
    this.commands = commands;
    this.toolchain = toolchain;
    this.limits = limits;
    this.inUse = inUse;
    this.room = new Semaphore(limits.builds(), true);
  }

  /// A build and how many wait for it.
  private static final class Work {
    final CompletableFuture<String> result = new CompletableFuture<>();
    final Thread thread;
    int waiting;

    Work(Runnable build) {
      thread = Thread.ofVirtual().name("build").unstarted(build);
    }
  }

  boolean has(Digest order) {
    return Files.exists(whole(place(order)));
  }

  /// The artifact's folder. Only what [#has] may be used.
  Path artifact(Digest order) {
    var place = place(order);
    try {
      Files.setLastModifiedTime(whole(place), FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("the use of {} cannot be noted", place, e);
    }
    return place;
  }

  Path log(Digest order) {
    return Path.of(place(order) + ".log");
  }

  /// Builds unless it is there.
  ///
  /// @return how it went, for people
  String build(BuildOrder order) throws InterruptedException {
    if (has(order.key())) {
      return "already built";
    }
    var place = place(order.key());
    Work work;
    synchronized (underWay) {
      var known = underWay.get(place);
      if (known == null) {
        known = begin(order, place);
      }
      work = known;
      work.waiting++;
    }
    try {
      return work.result.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FaultException fault
          ? fault
          : new IllegalStateException("a build broke", e.getCause());
    } finally {
      synchronized (underWay) {
        work.waiting--;
        if (work.waiting == 0 && !work.result.isDone()) {
          work.thread.interrupt();
        }
      }
    }
  }

  private Work begin(BuildOrder order, Path place) {
    var holder = new Work[1];
    holder[0] =
        new Work(
            () -> {
              try {
                holder[0].result.complete(make(order, place));
              } catch (IOException | RuntimeException | InterruptedException e) {
                holder[0].result.completeExceptionally(e);
              } finally {
                synchronized (underWay) {
                  underWay.remove(place);
                }
              }
            });
    underWay.put(place, holder[0]);
    holder[0].thread.start();
    return holder[0];
  }

  private String make(BuildOrder order, Path place) throws IOException, InterruptedException {
    room.acquire();
    try {
      if (has(order.key())) {
        return "already built";
      }
      Folders.delete(place);
      Files.createDirectories(place);
      var log = log(order.key());
      Files.deleteIfExists(log);
      sources.checkOut(order.repository(), order.tree(), "source", place);
      if (order.command().isPresent()) {
        run(order.command().get(), place, log);
      }
      var size = Folders.size(place);
      Files.writeString(whole(place), Long.toString(size));
      evict();
      return order.command().isPresent() ? "built" : "source taken";
    } finally {
      room.release();
    }
  }

  private void run(String command, Path place, Path log) throws IOException, InterruptedException {
    var result = commands.run(place, command, toolchain.variables(), log, limits.build());
    if (!result.passed()) {
      Folders.delete(place);
      throw new FaultException(Fault.user("build " + result.sentence()));
    }
  }

  /// Drops the least recently used until the rest fits.
  private void evict() throws IOException {
    record Entry(Path mark, long size, Instant used) {}
    var entries = new ArrayList<Entry>();
    try (var files = Files.list(folder)) {
      for (var mark : files.filter(file -> file.toString().endsWith(".whole")).toList()) {
        entries.add(
            new Entry(
                mark,
                Long.parseLong(Files.readString(mark).strip()),
                Files.getLastModifiedTime(mark).toInstant()));
      }
    } catch (NoSuchFileException e) {
      LOG.debug("an artifact went away while they were counted", e);
    }
    var total = entries.stream().mapToLong(Entry::size).sum();
    var kept = inUse.get();
    entries.sort(Comparator.comparing(Entry::used));
    for (var entry : entries) {
      var name = entry.mark().toString();
      var place = Path.of(name.substring(0, name.length() - ".whole".length()));
      var old = entry.used().isBefore(Instant.now().minus(SAFE_FROM_EVICTION));
      if (total > limits.cacheBytes() && old && !kept.contains(place)) {
        Files.deleteIfExists(entry.mark());
        Folders.delete(place);
        Files.deleteIfExists(Path.of(place + ".log"));
        total -= entry.size();
        LOG.info(
            "dropped an artifact of {} bytes that was last used {}", entry.size(), entry.used());
      }
    }
  }

  private Path place(Digest order) {
    return folder.resolve(Digest.of(order.hex(), toolchain.fingerprint()).hex().substring(0, 32));
  }

  private static Path whole(Path place) {
    return Path.of(place + ".whole");
  }

  /// Removes what builds of a control plane that was killed left half made.
  void tidy() {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.list(folder)) {
      for (var place : files.filter(Files::isDirectory).toList()) {
        if (!Files.exists(whole(place))) {
          Folders.delete(place);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
