package run.ephemeral.engine.process;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.environment.Environment.Place;

/// Takes up what an earlier control plane left running, as the ledger tells, and ends what no
/// ledger tells of.
final class Adoption {
  private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

  private final Home home;
  private final Marks marks;
  private final Entries entries;
  private final Instances instances;
  private final Duration grace;

  /// @param grace between asking a process to end and making it
  Adoption(Home home, Marks marks, Entries entries, Instances instances, Duration grace) {
    this.home = home;
    this.marks = marks;
    this.entries = entries;
    this.instances = instances;
    this.grace = grace;
  }

  /// Everything of one environment. Done again after a failure, it goes on where that came.
  ///
  /// @throws java.io.UncheckedIOException when what runs cannot be read right now
  void adopt(Place environment) throws IOException {
    for (var entry : entries.of(environment.id(), Live.KIND).entrySet()) {
      try {
        var live = Live.from(environment, entry.getKey(), entry.getValue());
        if (!instances.isKnown(live)) {
          adopt(live);
        }
      } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
        LOG.warn("{} of {} is dropped: {}", entry.getKey(), environment.name(), e.toString());
        entries.strike(new Ledger.Key(environment.id(), Live.KIND, entry.getKey()));
      }
    }
    instances.resumeRoutes(environment);
  }

  private void adopt(Live live) throws IOException {
    var pid = home.shell(live.mark()).pid();
    var process =
        pid.isPresent()
            ? ProcessTree.find(pid.get(), live.mark(), live.startedAt())
            : ProcessTree.find(live.mark());
    if (process.isEmpty() && pid.isEmpty() && !(live.state() instanceof Ended)) {
      instances.forget(live);
    } else {
      instances.takeUp(live, process);
    }
  }

  /// Ends processes that have a mark of this home and no entry in the ledger: nobody would ever
  /// stop them. To be called when every environment was adopted and nothing else was begun.
  void endUnknown() throws IOException {
    var known = instances.known().map(Live::mark).collect(Collectors.toSet());
    for (var mark : ProcessTree.beginning(marks.beginning()).keySet()) {
      if (!known.contains(mark)) {
        LOG.warn("processes marked {} are in no ledger, and are ended", mark);
        new ProcessTree(Optional.empty(), mark).end(grace);
      }
    }
    for (var folder : Folders.list(home.processes())) {
      if (!known.contains(String.valueOf(folder.getFileName()))) {
        Folders.delete(folder);
      }
    }
  }
}
