package run.ephemeral.engine.process.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.build.Workspaces;
import run.ephemeral.engine.process.command.Marks;
import run.ephemeral.engine.process.command.Spawn;
import run.ephemeral.engine.process.file.Folders;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.log.LogFiles;

/// Everything that a start of a service needs: folder, ports, variables, log, ledger entry, and
/// last the process. Does not know what runs already.
public final class Starts {
  private final Home home;
  private final Entries entries;
  private final Marks marks;
  private final Spawn spawn;
  private final Workspaces workspaces;
  private final Variables variables;
  private final Ports ports = new Ports();

  public Starts(
      Home home,
      Entries entries,
      Marks marks,
      Spawn spawn,
      Workspaces workspaces,
      Variables variables) {
    this.home = home;
    this.entries = entries;
    this.marks = marks;
    this.spawn = spawn;
    this.workspaces = workspaces;
    this.variables = variables;
  }

  /// @param process the shell above the service
  public record Started(Live live, ProcessHandle process) {}

  /// Reserves the port of a process that an earlier control plane started.
  public void taken(int port) {
    ports.taken(port);
  }

  /// @param builds the artifacts whose folders of this service are kept
  public Started start(EnvironmentKey environment, Step.Start step, Set<Digest> builds)
      throws IOException {
    var program = step.program();
    workspaces.tidy(environment, program.name(), builds);
    var directory = workspaces.populate(environment, program.name(), program.source().key());
    var own = new HashMap<String, Integer>();
    own.put("port", ports.free());
    var env =
        variables.of(
            environment,
            program.env(),
            field -> own.computeIfAbsent(field, ignored -> ports.free()));
    var log = home.log(environment, program.name(), "run");
    LogFiles.prepare(log);
    var now = Instant.now();
    var line = "--- %s starts, %s%n".formatted(program.name(), now.truncatedTo(ChronoUnit.SECONDS));
    Files.writeString(log, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    var live =
        new Live(
            environment,
            step.instance(),
            program.name(),
            program.digest(),
            program.source().key(),
            step.attempt(),
            step.failures(),
            own.get("port"),
            now,
            marks.next(step.instance().value()),
            Files.size(log),
            Live.Progress.NONE);
    env.put("PORT", Integer.toString(live.port()));
    env.put(Spawn.MARK, live.mark());
    entries.write(live.key(), live.facts());
    try {
      var shell = Files.createDirectories(home.shell(live.mark()).folder());
      var process = spawn.start(shell, directory, program.run(), env, log);
      return new Started(live.withPid(process.pid()), process.toHandle());
    } catch (IOException e) {
      forget(live);
      throw e;
    }
  }

  /// Removes the files and the ledger entry of a start that has no process.
  public void forget(Live live) throws IOException {
    Folders.delete(home.shell(live.mark()).folder());
    entries.strike(live.key());
  }
}
