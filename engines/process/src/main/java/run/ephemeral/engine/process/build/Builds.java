package run.ephemeral.engine.process.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.engine.process.command.Commands;
import run.ephemeral.engine.process.command.Toolchain;
import run.ephemeral.engine.process.file.Disk;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.log.LogFiles;

/// Cache of artifacts by source and command: built once, shared by all environments, the least
/// recently used evicted when the cache exceeds its limit.
///
/// A build runs in the artifact's final folder, because many tools write that path into their
/// output; a marker file beside the folder says that the build is complete. A request for a build
/// that is running waits for its end; a build that no request waits for any more is interrupted.
public final class Builds {
  private static final Logger LOG = LoggerFactory.getLogger(Builds.class);
  private static final Duration SAFE_FROM_EVICTION = Duration.ofMinutes(10);

  private static final String WHOLE = ".whole";

  /// Suffix of the marker file while its content is written.
  private static final String SIZE = ".size";

  private final Path folder;
  private final Sources sources;
  private final Commands commands;
  private final Toolchain toolchain;
  private final Limits limits;
  private final Supplier<Set<Path>> inUse;
  private final Semaphore room;
  private final Map<Path, Work> underWay = new HashMap<>();

  /// @param inUse the artifacts of known instances, which are not evicted
  public Builds(
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

  /// A running build and the number of its waiters. If `abandoned`, its last waiter left and the
  /// build is being interrupted; a new request waits for the end and then starts another build.
  private static final class Work {
    final CompletableFuture<String> result;
    final Thread thread;
    int waiting;
    boolean abandoned;

    Work(CompletableFuture<String> result, Runnable build) {
      this.result = result;
      this.thread = Thread.ofVirtual().name("build").unstarted(build);
    }
  }

  public boolean has(Digest order) {
    var place = place(order);
    return Files.exists(whole(place)) && Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
  }

  /// The artifact's folder; notes the time of use. Only for artifacts that [#has] confirms.
  public Path artifact(Digest order) {
    var place = place(order);
    try {
      Files.setLastModifiedTime(whole(place), FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("the last use of {} cannot be recorded", place, e);
    }
    return place;
  }

  public Path log(Digest order) {
    return Path.of(place(order) + ".log");
  }

  /// Builds the artifact unless it exists.
  ///
  /// @return the result, for people
  public String build(ArtifactOrder.Built order) throws IOException, InterruptedException {
    if (has(order.key())) {
      return "already built";
    }
    var work = join(order, place(order.key()));
    try {
      return work.result.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case FaultException fault -> throw fault;
        case UncheckedIOException trouble ->
            throw new IOException(String.valueOf(trouble.getCause()), trouble);
        case IOException trouble -> throw new IOException(trouble.getMessage(), trouble);
        case null, default -> throw new IllegalStateException("a build broke", e.getCause());
      }
    } finally {
      leave(work);
    }
  }

  private Work join(ArtifactOrder.Built order, Path place) throws InterruptedException {
    while (true) {
      Work work;
      synchronized (underWay) {
        work = underWay.computeIfAbsent(place, ignored -> begin(order, place));
        if (!work.abandoned) {
          work.waiting++;
          return work;
        }
      }
      work.thread.join();
    }
  }

  private void leave(Work work) {
    synchronized (underWay) {
      work.waiting--;
      if (work.waiting == 0 && !work.result.isDone()) {
        work.abandoned = true;
        work.thread.interrupt();
      }
    }
  }

  /// The caller holds the lock on `underWay`; the build's thread takes that lock only at its end.
  private Work begin(ArtifactOrder.Built order, Path place) {
    var result = new CompletableFuture<String>();
    var work =
        new Work(
            result,
            () -> {
              try {
                var made = make(order, place);
                over(place);
                result.complete(made);
              } catch (Throwable e) {
                over(place);
                result.completeExceptionally(e);
              }
            });
    work.thread.start();
    return work;
  }

  /// Called before the result is published: a request after the result gets a new build.
  private void over(Path place) {
    synchronized (underWay) {
      underWay.remove(place);
    }
  }

  private String make(ArtifactOrder.Built order, Path place)
      throws IOException, InterruptedException {
    room.acquire();
    try {
      if (has(order.key())) {
        return "already built";
      }
      Files.deleteIfExists(whole(place));
      Folders.delete(place);
      Files.createDirectories(place);
      try {
        fill(order, place);
      } catch (IOException | RuntimeException | InterruptedException e) {
        Folders.delete(place);
        throw e;
      }
      evict();
      return order.command().isPresent() ? "built" : "source taken";
    } finally {
      room.release();
    }
  }

  private void fill(ArtifactOrder.Built order, Path place)
      throws IOException, InterruptedException {
    var log = log(order.key());
    Files.deleteIfExists(log);
    sources.checkOut(order.source().mirror(), order.source().hash(), "source", place);
    if (order.command().isPresent()) {
      var command = order.command().get();
      var result = commands.run(place, command, toolchain.variables(), log, limits.build());
      if (!result.passed()) {
        var full = Disk.fault(result.words(), folder);
        throw new FaultException(full.orElseGet(() -> Fault.user("build " + result.sentence())));
      }
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new FaultException(
            Fault.user("build removed the folder it ran in; what it makes must be left there"));
      }
    }
    var half = Path.of(place + SIZE);
    Files.writeString(half, Long.toString(Folders.size(place)));
    Files.move(half, whole(place), StandardCopyOption.ATOMIC_MOVE);
  }

  private record Entry(Path place, long size, Instant used) {}

  /// Evicts the least recently used artifacts until the rest fits. A failed deletion is left to the
  /// next eviction: the build that just ended does not fail because of it.
  private synchronized void evict() {
    var entries = new ArrayList<>(entries());
    entries.sort(Comparator.comparing(Entry::used));
    var total = entries.stream().mapToLong(Entry::size).sum();
    var kept = inUse.get();
    var safeSince = Instant.now().minus(SAFE_FROM_EVICTION);
    for (var entry : entries) {
      if (total <= limits.cacheBytes()) {
        return;
      }
      if (entry.used().isBefore(safeSince) && !kept.contains(entry.place())) {
        drop(entry);
        total -= entry.size();
      }
    }
  }

  private List<Entry> entries() {
    var entries = new ArrayList<Entry>();
    try {
      for (var mark : Folders.list(folder)) {
        if (mark.toString().endsWith(WHOLE)) {
          entries.add(entry(mark));
        }
      }
    } catch (IOException e) {
      LOG.warn("artifacts cannot be listed: {}", e.toString());
    }
    return entries;
  }

  /// Measures the artifact if its marker file has no valid size, as after a power failure.
  private static Entry entry(Path mark) throws IOException {
    var name = mark.toString();
    var place = Path.of(name.substring(0, name.length() - WHOLE.length()));
    var size = Files.readString(mark, StandardCharsets.ISO_8859_1).strip();
    var bytes = size.matches("[0-9]{1,18}") ? Long.parseLong(size) : Folders.size(place);
    return new Entry(place, bytes, Files.getLastModifiedTime(mark).toInstant());
  }

  private void drop(Entry entry) {
    try {
      Files.deleteIfExists(whole(entry.place()));
      Folders.delete(entry.place());
      Files.deleteIfExists(Path.of(entry.place() + ".log"));
      Files.deleteIfExists(Path.of(entry.place() + ".log.1"));
      LOG.info("evicted an artifact of {} bytes, last used {}", entry.size(), entry.used());
    } catch (IOException e) {
      LOG.warn("{} cannot be evicted: {}", entry.place(), e.toString());
    }
  }

  private Path place(Digest order) {
    return folder.resolve(Digest.of(order.hex(), toolchain.fingerprint()).hex().substring(0, 32));
  }

  /// The names of all complete artifacts.
  public Set<String> known() {
    return entries().stream()
        .map(Entry::place)
        .filter(Files::isDirectory)
        .map(Builds::name)
        .collect(Collectors.toSet());
  }

  /// The names of artifacts that are being built.
  public Set<String> underWay() {
    synchronized (underWay) {
      return underWay.keySet().stream().map(Builds::name).collect(Collectors.toSet());
    }
  }

  /// The folders that are named like artifacts.
  public List<Path> folders() throws IOException {
    return Folders.list(folder).stream()
        .filter(place -> name(place).matches("[0-9a-f]{32}") && Files.isDirectory(place))
        .toList();
  }

  /// Removes a folder that is neither complete nor being built. The lock keeps builds from
  /// starting.
  public void discard(String name) throws IOException {
    var place = folder.resolve(name);
    synchronized (underWay) {
      if (!underWay.containsKey(place) && !Files.exists(whole(place))) {
        Folders.delete(place);
      }
    }
  }

  private static String name(Path place) {
    return String.valueOf(place.getFileName());
  }

  private static Path whole(Path place) {
    return Path.of(place + WHOLE);
  }

  /// Removes old logs of builds that left no artifact.
  public void collect() {
    LogFiles.collect(
        folder,
        limits.unused(),
        log -> Files.exists(whole(Path.of(log.replaceFirst("\\.log(\\.1)?$", "")))));
  }

  /// Removes incomplete artifacts of a control plane that was killed.
  public void tidy() throws IOException {
    for (var place : Folders.list(folder)) {
      if (!Files.isDirectory(place) && place.toString().endsWith(SIZE)) {
        Files.delete(place);
      } else if (Files.isDirectory(place) && !Files.exists(whole(place))) {
        Folders.delete(place);
      }
    }
  }
}
