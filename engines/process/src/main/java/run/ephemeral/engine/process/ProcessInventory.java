package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.audit.Thing.Kind;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.process.build.Builds;
import run.ephemeral.engine.process.command.Commands;
import run.ephemeral.engine.process.command.Marks;
import run.ephemeral.engine.process.command.ProcessTree;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.instance.Addresses;
import run.ephemeral.engine.process.instance.Instances;
import run.ephemeral.engine.process.instance.Listening;
import run.ephemeral.engine.process.instance.Live;

/// Lists what this engine holds: folders, ports, and processes with its marks.
///
/// Other content of an environment's folder is not listed: it is removed with that folder.
final class ProcessInventory implements Inventory {
  private static final int LONGEST_COMMAND = 60;

  private final Home home;
  private final Marks marks;
  private final Instances instances;
  private final Commands commands;
  private final Builds builds;
  private final Addresses addresses;
  private final Eraser eraser;
  private final Limits limits;

  /// Removes whatever this engine holds of an environment.
  interface Eraser {
    void erase(EnvironmentKey environment) throws IOException, InterruptedException;
  }

  ProcessInventory(
      Home home,
      Marks marks,
      Instances instances,
      Commands commands,
      Builds builds,
      Addresses addresses,
      Limits limits,
      Eraser eraser) {
    this.home = home;
    this.marks = marks;
    this.instances = instances;
    this.commands = commands;
    this.builds = builds;
    this.addresses = addresses;
    this.limits = limits;
    this.eraser = eraser;
  }

  @Override
  public Claims claims() {
    var must = new HashSet<Thing>();
    var may = new HashSet<Thing>();
    var tellsPorts = Listening.ports().isPresent();
    instances
        .known()
        .forEach(
            live -> {
              if (!(live.state() instanceof Ended)) {
                must.add(workspace(live));
              }
              if (tellsPorts && live.state() instanceof Healthy) {
                must.add(port(live.environment(), live.port(), live.service().value()));
              }
            });
    if (tellsPorts) {
      for (var environment : environments()) {
        addresses
            .known(environment.id())
            .forEach((service, port) -> must.add(address(environment, port, service)));
      }
    }
    for (var name : commands.underWay()) {
      may.add(Thing.shared(Kind.SCRATCH, name));
      may.add(Thing.shared(Kind.PROCESS, name));
    }
    builds.underWay().forEach(name -> may.add(Thing.shared(Kind.BUILD, name)));
    builds.known().forEach(name -> may.add(Thing.shared(Kind.BUILD, name)));
    return Claims.of(must, may);
  }

  @Override
  public Map<Thing, String> there() {
    var there = new HashMap<Thing, String>();
    var listening = Listening.ports().orElse(Set.of());
    var running = ProcessTree.beginning(marks.beginning());
    try {
      for (var environment : environments()) {
        var folder = home.of(environment);
        there.put(thing(environment, Kind.FOLDER, name(folder)), folder.toString());
        addresses
            .known(environment.id())
            .forEach(
                (service, port) -> {
                  if (listening.contains(port)) {
                    there.put(address(environment, port, service), "");
                  }
                });
      }
      instances
          .known()
          .forEach(
              live -> {
                look(live, listening, there);
                var processes = running.remove(live.mark());
                if (processes != null) {
                  var process = thing(live.environment(), Kind.PROCESS, live.id().value());
                  there.put(process, described(processes));
                }
              });
      for (var folder : builds.folders()) {
        there.put(Thing.shared(Kind.BUILD, name(folder)), folder.toString());
      }
      for (var folder : commands.folders()) {
        there.put(Thing.shared(Kind.SCRATCH, name(folder)), folder.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    running.forEach(
        (mark, processes) -> there.put(Thing.shared(Kind.PROCESS, mark), described(processes)));
    return there;
  }

  private void look(Live live, Set<Integer> listening, Map<Thing, String> there) {
    var folder = home.work(live.environment(), live.service()).resolve(live.build().brief());
    if (Files.exists(folder)) {
      there.put(workspace(live), folder.toString());
    }
    if (listening.contains(live.port())) {
      there.put(port(live.environment(), live.port(), live.service().value()), "");
    }
  }

  private List<EnvironmentKey> environments() {
    try {
      return home.all();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thing thing(EnvironmentKey environment, Kind kind, String name) {
    return Thing.of(environment.id(), kind, name);
  }

  private static Thing workspace(Live live) {
    return thing(live.environment(), Kind.WORKSPACE, live.service() + " " + live.build().brief());
  }

  private static Thing port(EnvironmentKey environment, int port, String service) {
    return thing(environment, Kind.PORT, port + " of " + service);
  }

  private static Thing address(EnvironmentKey environment, int port, ComponentName service) {
    return thing(environment, Kind.PORT, port + " for those who call " + service);
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private static String described(List<ProcessHandle> processes) {
    return processes.stream()
        .map(
            process -> {
              var command = process.info().commandLine().or(() -> process.info().command());
              var text = command.orElse("").lines().findFirst().orElse("");
              return "%d %s"
                  .formatted(
                      process.pid(), text.substring(0, Math.min(text.length(), LONGEST_COMMAND)));
            })
        .collect(Collectors.joining("; "));
  }

  @Override
  public void remove(Thing thing) throws InterruptedException {
    try {
      switch (thing.kind()) {
        case FOLDER, WORKSPACE, PORT -> erase(thing);
        case PROCESS -> {
          if (thing.environment().isPresent()) {
            erase(thing);
          } else if (!commands.underWay().contains(thing.name())) {
            new ProcessTree(Optional.empty(), thing.name()).end(limits.stop());
          }
        }
        case BUILD -> builds.discard(thing.name());
        case SCRATCH -> commands.discard(thing.name());
        case NAMESPACE, WORKLOAD, SITE, ROUTE, SOURCE, DATABASE, ROLE, GOLDEN ->
            throw new IllegalArgumentException(thing.id());
      }
    } catch (IOException e) {
      throw new FaultException(
          Fault.external("%s cannot be removed: %s".formatted(thing.id(), e.getMessage()), e), e);
    }
  }

  private void erase(Thing thing) throws IOException, InterruptedException {
    for (var environment : home.all()) {
      if (thing.environment().filter(environment.id()::equals).isPresent()) {
        eraser.erase(environment);
      }
    }
  }
}
