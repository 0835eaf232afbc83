package run.ephemeral.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.wire.Check;

/// Looks whether this machine and the control plane are well, and says what to do where not.
/// Changes nothing.
public final class Doctor {
  private static final long LOW_DISK = 2L * 1024 * 1024 * 1024;

  private final Wiring wiring;
  private final List<Check> checks = new ArrayList<>();

  public Doctor(Wiring wiring) {
    this.wiring = wiring;
  }

  public List<Check> examine() {
    java();
    postgres();
    disk();
    names();
    program("git", "repositories are read without it, but you will want it to push");
    program("psql", "`ephemeral db psql` needs it (package postgresql-client)");
    program("setsid", "services start in sessions of their own with it (package util-linux)");
    apps();
    strays();
    return checks;
  }

  private void java() {
    ok("Java", System.getProperty("java.version") + " in " + System.getProperty("java.home"));
  }

  private void postgres() {
    wiring
        .postgresVersion()
        .ifPresentOrElse(
            version -> ok("PostgreSQL", version),
            () ->
                failing(
                    "PostgreSQL",
                    "does not answer",
                    "read " + wiring.home().resolve("postgres").resolve("postgres.log")));
  }

  private void disk() {
    try {
      var free = Files.getFileStore(wiring.home()).getUsableSpace();
      var text = free / (1024 * 1024) + " MiB free in " + wiring.home();
      if (free < LOW_DISK) {
        warning("disk", text, "free some space, or move the home folder with EPHEMERAL_HOME");
      } else {
        ok("disk", text);
      }
    } catch (IOException e) {
      failing("disk", String.valueOf(e.getMessage()), "look at " + wiring.home());
    }
  }

  private void names() {
    try {
      InetAddress.getAllByName("pr-shop-1.localhost");
      ok("host names", "*.localhost is this machine");
    } catch (UnknownHostException e) {
      warning(
          "host names",
          "programs other than browsers and curl do not know *.localhost here",
          "install libnss-myhostname, or use the addresses that `ephemeral show` prints");
    }
  }

  private void program(String name, String why) {
    var path = System.getenv().getOrDefault("PATH", "");
    var there =
        Stream.of(path.split(java.io.File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    if (there) {
      ok(name, "is there");
    } else {
      warning(name, "is not on the PATH", why);
    }
  }

  private void apps() {
    for (var app : wiring.apps().all()) {
      app.problem()
          .ifPresentOrElse(
              problem -> failing("app " + app.name(), problem, "look at " + app.shownSource()),
              () -> ok("app " + app.name(), "follows " + app.shownSource()));
    }
  }

  private void strays() {
    var known =
        wiring.environments().all().stream().map(Environment::id).collect(Collectors.toSet());
    var strays = wiring.engine().strays(known);
    if (strays.isEmpty()) {
      ok("leftovers", "every folder belongs to an environment");
    } else {
      warning(
          "leftovers",
          strays.size() + " folders belong to no environment",
          "remove them from " + wiring.home().resolve("environments"));
    }
  }

  private void ok(String name, String detail) {
    checks.add(new Check(name, "ok", detail, null));
  }

  private void warning(String name, String detail, String fix) {
    checks.add(new Check(name, "warning", detail, fix));
  }

  private void failing(String name, String detail, String fix) {
    checks.add(new Check(name, "failing", detail, fix));
  }
}
