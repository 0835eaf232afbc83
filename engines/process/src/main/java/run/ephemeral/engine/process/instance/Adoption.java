package run.ephemeral.engine.process.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Ledger;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.engine.process.command.Marks;
import run.ephemeral.engine.process.command.ProcessTree;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.file.Home;

/// Adopts the processes of an earlier control plane that are in the ledger, and ends those that are
/// not.
public final class Adoption {
  private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

  private final Home home;
  private final Marks marks;
  private final Entries entries;
  private final Starts starts;
  private final Instances instances;
  private final Addresses addresses;
  private final Duration grace;

  /// Environments that are not completely adopted yet.
  private final Set<EnvironmentId> missing = ConcurrentHashMap.newKeySet();

  /// @param grace between asking a process to end and killing it
  public Adoption(
      Home home,
      Marks marks,
      Entries entries,
      Starts starts,
      Instances instances,
      Addresses addresses,
      Duration grace) {
    this.home = home;
    this.marks = marks;
    this.entries = entries;
    this.starts = starts;
    this.instances = instances;
    this.addresses = addresses;
    this.grace = grace;
  }

  /// Adopts all environments. A failure with one does not affect the others.
  public void adopt(Collection<EnvironmentKey> environments) throws IOException {
    for (var environment : environments) {
      if (!isAdopted(environment)) {
        missing.add(environment.id());
      }
    }
    endUnknown(environments);
  }

  /// Adopts an environment whose adoption at the start failed. Called before each observation.
  ///
  /// @throws FaultException EXTERNAL if the adoption fails again
  public void ensure(EnvironmentKey environment) {
    if (!missing.contains(environment.id())) {
      return;
    }
    synchronized (missing) {
      if (missing.contains(environment.id()) && !isAdopted(environment)) {
        throw new FaultException(
            new Fault(
                Fault.Kind.EXTERNAL,
                "what runs of it cannot be read; see the server's log",
                environment.toString()));
      }
      missing.remove(environment.id());
    }
  }

  private boolean isAdopted(EnvironmentKey environment) {
    try {
      adopt(environment);
      addresses.known(environment.id()).keySet().forEach(s -> addresses.port(environment, s));
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn("processes of {} cannot be adopted yet", environment.name(), e);
      return false;
    }
  }

  /// Adopts one environment. A retry skips the instances that are adopted already.
  ///
  /// @throws java.io.UncheckedIOException if processes cannot be read right now
  private void adopt(EnvironmentKey environment) throws IOException {
    for (var entry : entries.of(environment.id(), Live.KIND).entrySet()) {
      try {
        var live = Live.from(environment, entry.getKey(), entry.getValue());
        if (!instances.isKnown(live)) {
          adopt(live);
        }
      } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
        LOG.warn("entry {} of {} dropped: {}", entry.getKey(), environment.name(), e.toString());
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
    var isStruck = !Files.exists(home.shell(live.mark()).folder());
    var wasBegun = pid.isPresent() || live.state() instanceof Ended;
    if (process.isEmpty() && (isStruck || !wasBegun)) {
      starts.forget(live);
    } else {
      instances.takeUp(live, process);
    }
  }

  /// Ends processes with a mark of this home and no entry in the ledger: nothing else would stop
  /// them. Runs before anything is started.
  private void endUnknown(Collection<EnvironmentKey> environments) throws IOException {
    var known =
        environments.stream()
            .flatMap(environment -> entries.of(environment.id(), Live.KIND).values().stream())
            .map(facts -> facts.getOrDefault("mark", ""))
            .collect(Collectors.toSet());
    var ending = new ArrayList<Thread>();
    for (var mark : ProcessTree.beginning(marks.beginning()).keySet()) {
      if (!known.contains(mark)) {
        LOG.warn("ending processes with mark {}, which is not in the ledger", mark);
        var tree = new ProcessTree(Optional.empty(), mark);
        ending.add(Thread.startVirtualThread(() -> tree.end(grace)));
      }
    }
    for (var folder : Folders.list(home.processes())) {
      if (!known.contains(String.valueOf(folder.getFileName()))) {
        Folders.delete(folder);
      }
    }
    for (var thread : ending) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
