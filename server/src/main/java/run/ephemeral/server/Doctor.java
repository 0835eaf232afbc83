package run.ephemeral.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.audit.Discrepancy;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.wire.Check;

/// Checks this machine and the control plane, and says how to fix what it finds. Changes nothing,
/// except that it removes leftovers when told to.
public final class Doctor {
  private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);
  private static final long LOW_DISK = 2L * 1024 * 1024 * 1024;

  private final Wiring wiring;
  private final List<Check> checks = new ArrayList<>();

  public Doctor(Wiring wiring) {
    this.wiring = wiring;
  }

  public List<Check> examine() throws InterruptedException {
    java();
    var isThere = postgres();
    disk();
    names();
    program("git", "repositories are read without it, but you will want it to push");
    program("psql", "`ephemeral db psql` needs it (package postgresql-client)");
    program("setsid", "services start in sessions of their own with it (package util-linux)");
    if (isThere) {
      apps();
      clusters();
      audit();
    } else {
      warning("audit", "nothing can be compared without PostgreSQL", "see above");
    }
    return checks;
  }

  private void java() {
    ok("Java", System.getProperty("java.version") + " in " + System.getProperty("java.home"));
  }

  private boolean postgres() {
    var version = wiring.postgresVersion();
    version.ifPresentOrElse(
        known -> ok("PostgreSQL", known),
        () ->
            failing(
                "PostgreSQL",
                "does not answer",
                "read " + wiring.home().resolve("postgres").resolve("postgres.log")));
    return version.isPresent();
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
          "install libnss-myhostname, or write `127.0.0.1 NAME.localhost` into /etc/hosts, or ask"
              + " 127.0.0.1:%d with the header `Host: NAME.localhost`"
                  .formatted(URI.create(wiring.gatewayUrl()).getPort()));
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

  /// What is wrong with a cluster is said once, not for each of its environments. The audit says
  /// whether it answers.
  private void clusters() {
    wiring
        .clusters()
        .engines()
        .problems()
        .forEach((name, why) -> failing("cluster " + name, why, "ephemeral cluster renew " + name));
    for (var cluster : wiring.clusters().admin().all()) {
      var show = "ephemeral cluster show " + cluster.name();
      try {
        var check = wiring.clusters().admin().check(cluster);
        check.troubles().forEach(why -> failing("cluster " + cluster.name(), why, show));
      } catch (FaultException | IllegalArgumentException e) {
        LOG.debug("cluster {} is not checked", cluster.name(), e);
      }
    }
  }

  private void audit() throws InterruptedException {
    var auditor = new Auditor(wiring);
    var found = auditor.audit();
    for (var discrepancy : found) {
      checks.add(check(discrepancy));
    }
    auditor.unreached().forEach(why -> failing("audit", why, "ephemeral cluster list"));
    if (found.isEmpty() && auditor.unreached().isEmpty()) {
      ok("audit", "everything that should be there is, and nothing else");
    }
  }

  private Check check(Discrepancy discrepancy) {
    var thing = discrepancy.thing();
    var what = described(thing) + (discrepancy.where().isEmpty() ? "" : ": " + discrepancy.where());
    return switch (discrepancy.problem()) {
      case MISSING -> new Check("missing", "failing", what + " should be there", cure(thing));
      case UNOWNED ->
          new Check("leftover", "failing", what, "`ephemeral doctor --fix` removes it", thing.id());
      case UNUSED ->
          new Check(
              "unused", "ok", what, "kept to be copied; `doctor --fix` removes it", thing.id());
    };
  }

  private String described(Thing thing) {
    return thing.kind().word()
        + " "
        + thing.name()
        + thing.environment().map(id -> " of " + nameOf(id)).orElse("");
  }

  private String nameOf(EnvironmentId id) {
    return wiring
        .environments()
        .find(id)
        .map(known -> known.name().value())
        .orElse("environment " + id + ", which is no more");
  }

  private String cure(Thing thing) {
    var name = thing.environment().map(this::nameOf).orElse("");
    return switch (thing.kind()) {
      case DATABASE, ROLE ->
          "`ephemeral update %s` copies it anew, as it was seeded".formatted(name);
      case PROCESS, NAMESPACE, WORKLOAD, PORT, WORKSPACE, FOLDER ->
          "`ephemeral restart %s`".formatted(name);
      case ROUTE, SITE -> "`ephemeral restart` its environment";
      case GOLDEN, BUILD, SCRATCH -> "it is made when it is needed";
      case SOURCE -> "start the control plane anew: it fetches again";
    };
  }

  /// Removes leftovers that still exist.
  ///
  /// @param wished their ids, see [Check#leftover]
  /// @return the result for each
  public List<Check> fix(Set<String> wished) throws InterruptedException {
    for (var removal : new Auditor(wiring).remove(wished)) {
      var thing = described(removal.discrepancy().thing());
      removal
          .problem()
          .ifPresentOrElse(
              problem -> failing("leftover", thing + " is still there", problem),
              () -> ok("removed", thing));
    }
    return checks;
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
