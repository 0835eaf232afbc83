package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.engine.Instance.State.Starting;
import run.ephemeral.core.engine.InstanceId;
import run.ephemeral.core.environment.Environment.Place;

/// What is written down of processes, so that a control plane that was killed finds them again:
/// that one is about to be started, that it was healthy, that it ended and why. Does not look
/// at what runs, but for the files that the shell above each process writes.
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private final Home home;

  Ledger(Home home) {
    this.home = home;
  }

  /// Before the process is: its folder, with nothing in it that an earlier try left.
  Path intend(Live live) throws IOException {
    var folder = folder(live);
    Folders.delete(folder);
    Facts.write(folder.resolve("facts"), live.facts());
    return folder;
  }

  void healthy(Live live, Instant since) throws IOException {
    Facts.write(folder(live).resolve("healthy"), Map.of("since", since.toString()));
  }

  /// That it gets its service's requests from now on: the next control plane goes on so.
  void routed(Live live, Instant now) throws IOException {
    Facts.write(folder(live).resolve("routed"), Map.of("at", now.toString()));
  }

  /// When it was given its service's requests; empty when it never was.
  Optional<Instant> routedAt(Live live) throws IOException {
    return Facts.read(folder(live).resolve("routed")).map(f -> f.get("at")).map(Instant::parse);
  }

  Ended ended(Live live, Ended ended) {
    var facts =
        Map.of(
            "why", ended.why(),
            "at", ended.at().toString(),
            "healthyFor", ended.healthyFor().toString());
    try {
      Facts.write(folder(live).resolve("ended"), facts);
    } catch (IOException e) {
      LOG.warn("the end of {} cannot be written down: {}", live.id(), e.toString());
    }
    return ended;
  }

  void strike(Place environment, InstanceId instance) throws IOException {
    Folders.delete(home.instance(environment, instance));
  }

  /// The process id that the shell wrote; empty when it never ran or could not write.
  Optional<Long> pid(Live live) {
    return number(live, "pid");
  }

  /// The exit code that the shell wrote; empty when the shell itself was killed.
  Optional<Integer> exitCode(Live live) {
    return number(live, "exit").map(Long::intValue);
  }

  /// When the shell wrote the exit code.
  Optional<Instant> exitedAt(Live live) {
    try {
      return Optional.of(Files.getLastModifiedTime(folder(live).resolve("exit")).toInstant());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Everything that is written down of an environment. What cannot be read is dropped: the
  /// planner starts anew what it misses.
  ///
  /// @param dropping told of each folder that is about to be dropped
  List<Live> read(Place environment, Consumer<Path> dropping) throws IOException {
    var all = new ArrayList<Live>();
    for (var folder : Folders.list(home.of(environment).resolve("instances"))) {
      try {
        var facts = Facts.read(folder.resolve("facts"));
        if (facts.isPresent()) {
          all.add(Live.from(environment, folder, facts.get()).with(state(folder)));
        } else {
          dropping.accept(folder);
          Folders.delete(folder);
        }
      } catch (RuntimeException e) {
        LOG.warn("{} is unreadable and dropped: {}", folder, e.toString());
        dropping.accept(folder);
        Folders.delete(folder);
      }
    }
    return all;
  }

  /// The same, without effect: what cannot be read, or is just being written, is left out.
  List<Live> peek(Place environment) {
    var all = new ArrayList<Live>();
    try {
      for (var folder : Folders.list(home.of(environment).resolve("instances"))) {
        var facts = Facts.read(folder.resolve("facts"));
        if (facts.isPresent()) {
          all.add(Live.from(environment, folder, facts.get()).with(state(folder)));
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} cannot be read just now: {}", environment.name(), e.toString());
    }
    return all;
  }

  private static Instance.State state(Path folder) throws IOException {
    var ended = Facts.read(folder.resolve("ended"));
    if (ended.isPresent()) {
      return new Ended(
          ended.get().getOrDefault("why", "ended"),
          Instant.parse(ended.get().getOrDefault("at", "")),
          Duration.parse(ended.get().getOrDefault("healthyFor", "")));
    }
    return Facts.read(folder.resolve("healthy"))
        .map(facts -> facts.get("since"))
        .<Instance.State>map(since -> new Healthy(Instant.parse(since)))
        .orElseGet(Starting::new);
  }

  private Optional<Long> number(Live live, String file) {
    try {
      return Facts.text(folder(live).resolve(file)).map(text -> Long.parseLong(text.strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private Path folder(Live live) {
    return home.instance(live.environment(), live.id());
  }
}
