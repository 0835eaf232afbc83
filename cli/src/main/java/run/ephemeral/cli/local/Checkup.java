package run.ephemeral.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import run.ephemeral.cli.Why;
import run.ephemeral.cli.World;
import run.ephemeral.wire.Check;

/// Checks of this machine that need no control plane.
public final class Checkup {
  private static final int JAVA = 25;
  private static final long ROOM = 2L << 30;

  private final World world;
  private final Home home;

  public Checkup(World world, Home home) {
    this.world = world;
    this.home = home;
  }

  public List<Check> checks() {
    return List.of(java(), git(), psql(), home());
  }

  private Check java() {
    var version = Runtime.version();
    var where = world.property("java.home").orElse("");
    return version.feature() >= JAVA
        ? new Check("Java", "ok", "%s in %s".formatted(version, where), null)
        : new Check(
            "Java",
            "failing",
            "%s in %s is too old".formatted(version, where),
            "install a JDK %d and set JAVA_HOME".formatted(JAVA));
  }

  private Check git() {
    return Programs.find(world, "git")
        .map(git -> new Check("git", "ok", git.toString(), null))
        .orElseGet(
            () ->
                new Check(
                    "git", "warning", "not on PATH", "you need it to push; ephemeral does not"));
  }

  private Check psql() {
    return Programs.find(world, "psql")
        .map(psql -> new Check("psql", "ok", psql.toString(), null))
        .orElseGet(
            () ->
                new Check(
                    "psql",
                    "warning",
                    "not on PATH",
                    "only `db psql` needs it; install PostgreSQL's client"));
  }

  private Check home() {
    var folder = home.folder();
    var existing = nearestExisting(folder);
    try {
      var free = Files.getFileStore(existing).getUsableSpace();
      var detail =
          String.format(Locale.ROOT, "%s, %.1f GB free", folder, free / (double) (1L << 30));
      if (!Files.isWritable(existing)) {
        return new Check("home", "failing", existing + " cannot be written", "set EPHEMERAL_HOME");
      }
      return free < ROOM
          ? new Check("home", "warning", detail, "make room, or set EPHEMERAL_HOME elsewhere")
          : new Check("home", "ok", detail, null);
    } catch (IOException e) {
      return new Check("home", "failing", Why.of(e), "set EPHEMERAL_HOME");
    }
  }

  private static Path nearestExisting(Path folder) {
    for (var at = folder; at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        return at;
      }
    }
    return folder;
  }
}
