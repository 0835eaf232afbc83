package run.ephemeral.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.data.SeedFolders;
import run.ephemeral.engine.process.command.Commands;
import run.ephemeral.engine.process.command.Toolchain;
import run.ephemeral.engine.process.file.Disk;

/// Folders for seeds, whose commands are run by [Commands] like all others of this engine.
///
/// @param logs the folder for logs of these commands
record ProcessSeedFolders(Commands commands, Toolchain toolchain, Path logs)
    implements SeedFolders {
  @Override
  public SeedFolder open() throws IOException {
    return new Folder(commands.folder());
  }

  private final class Folder implements SeedFolder {
    private final Commands.Scratch scratch;

    Folder(Commands.Scratch scratch) {
      this.scratch = scratch;
    }

    @Override
    public Path path() {
      return scratch.path();
    }

    @Override
    public void run(String name, String command, Map<String, String> env, Duration limit)
        throws IOException, InterruptedException {
      var all = toolchain.variables();
      all.putAll(env);
      Files.createDirectories(logs);
      var log = logs.resolve(name + ".log");
      Files.deleteIfExists(log);
      var result = commands.run(path(), command, all, log, limit);
      if (!result.passed()) {
        var full = Disk.fault(result.words(), logs);
        throw new FaultException(
            full.orElseGet(() -> Fault.user("seed command " + result.sentence())));
      }
    }

    @Override
    public void close() throws IOException {
      scratch.close();
    }
  }
}
