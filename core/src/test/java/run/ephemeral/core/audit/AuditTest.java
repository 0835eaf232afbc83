package run.ephemeral.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Digest;
import run.ephemeral.core.app.App;
import run.ephemeral.core.audit.Thing.Kind;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;

/// Compares claims with existing resources.
class AuditTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final EnvironmentId SEVEN = new EnvironmentId(7);
  private static final EnvironmentId EIGHT = new EnvironmentId(8);
  private static final ComponentName WEB = new ComponentName("web");
  private static final Thing DATABASE = Thing.of(SEVEN, Kind.DATABASE, "db");
  private static final Thing ROLE = Thing.of(SEVEN, Kind.ROLE, "db");
  private static final Thing PROCESS = Thing.of(SEVEN, Kind.PROCESS, "web-1");
  private static final Thing SITE = Thing.shared(Kind.SITE, "shop-local");
  private static final Thing ROUTE = Thing.shared(Kind.ROUTE, "web of shop-local");
  private static final Thing SOURCE = Thing.shared(Kind.SOURCE, "tree-shop-local");
  private static final Set<Thing> WHOLE = Set.of(DATABASE, ROLE, PROCESS, SITE, ROUTE, SOURCE);

  private static Claims rows(boolean settled, Instance.State state) {
    var id = new InstanceId("web-1");
    var unit = Digest.of("unit");
    var instance = new Instance(id, WEB, unit, 1, 0, 1, 1, NOON, true, state);
    return rows(settled, new Running.Processes(List.of(instance), Set.of()));
  }

  private static Claims rows(boolean settled, Running running) {
    var databases = Map.of(new ComponentName("db"), Digest.of("golden"));
    var environment =
        new Environment(
            SEVEN,
            new EnvironmentName("shop-local"),
            new AppName("shop"),
            new Origin.OfWorkingTree("/shop", "main", "", ""),
            Placement.Nowhere.YET,
            1,
            Wanted.nothingYet(Power.ON, NOON),
            new Observed(Map.of(), databases, running, List.of(), List.of(), true),
            Attempts.NONE,
            NOON,
            NOON,
            Optional.of(NOON),
            Optional.empty(),
            settled);
    return Claims.of(List.of(environment), List.of());
  }

  private static Claims settled() {
    return rows(true, new Instance.State.Healthy(NOON));
  }

  private static Claims atWork() {
    return rows(false, new Instance.State.Healthy(NOON));
  }

  private static Set<Thing> but(Thing missing) {
    return WHOLE.stream().filter(thing -> !thing.equals(missing)).collect(Collectors.toSet());
  }

  private static Set<Thing> and(Thing other) {
    return Stream.concat(WHOLE.stream(), Stream.of(other)).collect(Collectors.toSet());
  }

  private static void check(Claims claims, Set<Thing> there, String... expected) {
    var seen = there.stream().collect(Collectors.toMap(thing -> thing, thing -> "seen"));
    assertThat(Audit.judge(claims, seen))
        .extracting(found -> found.problem() + " " + found.thing().id())
        .containsExactly(expected);
  }

  @Test
  void whatIsClaimedAndThereIsWell() {
    check(settled(), WHOLE);
    check(Claims.NONE, Set.of());
  }

  @Test
  void whatARowSaysIsThereAndIsNotIsMissing() {
    check(settled(), but(DATABASE), "MISSING database 7 db");
    check(settled(), but(ROLE), "MISSING role 7 db");
    check(settled(), but(PROCESS), "MISSING process 7 web-1");
    check(settled(), but(ROUTE), "MISSING route web of shop-local");
    check(settled(), but(SOURCE), "MISSING source tree-shop-local");
    check(settled(), but(SITE));
  }

  @Test
  void whatSomebodyWorksOnMendsItself() {
    check(atWork(), Set.of());
  }

  @Test
  void aProcessThatEndedNeedNotBeThere() {
    var ended = new Instance.State.Ended("exited 1", NOON, Duration.ZERO);
    check(rows(true, ended), but(PROCESS));
  }

  @Test
  void whatBelongsToNoRowIsUnowned() {
    for (var kind : List.of(Kind.FOLDER, Kind.PROCESS, Kind.DATABASE, Kind.ROLE, Kind.WORKSPACE)) {
      check(settled(), and(Thing.of(EIGHT, kind, "x")), "UNOWNED " + kind.word() + " 8 x");
      check(settled(), and(Thing.of(SEVEN, kind, "x")));
    }
    for (var kind : List.of(Kind.PROCESS, Kind.SITE, Kind.ROUTE, Kind.BUILD, Kind.SCRATCH)) {
      check(settled(), and(Thing.shared(kind, "x")), "UNOWNED " + kind.word() + " x");
    }
    check(settled(), and(Thing.shared(Kind.SOURCE, "app-x")), "UNOWNED source app-x");
  }

  @Test
  void whatIsKeptForOthersIsOnlyUnused() {
    check(settled(), and(Thing.shared(Kind.GOLDEN, "x")), "UNUSED golden database x");
    var copied = Claims.of(Set.of(), Set.of(Thing.shared(Kind.GOLDEN, "x")));
    check(settled().and(copied), and(Thing.shared(Kind.GOLDEN, "x")));
  }

  @Test
  void whatIsUnderWayIsNobodysLeftover() {
    var scratch = Thing.shared(Kind.SCRATCH, "work-1");
    var begun = settled().and(Claims.of(Set.of(), Set.of(scratch)));
    check(begun.until(settled()), and(scratch));
    check(settled().until(begun), and(scratch));
    check(settled().until(settled()), and(scratch), "UNOWNED scratch work-1");
  }

  @Test
  void whatCameOrWentDuringTheLookIsNotMissing() {
    check(settled().until(Claims.NONE), WHOLE);
    check(settled().until(Claims.NONE), Set.of());
    check(Claims.NONE.until(settled()), Set.of());
    check(settled().until(atWork()), Set.of());
    check(settled().until(settled()), but(PROCESS), "MISSING process 7 web-1");
  }

  @Test
  void anAppsRepositoryMustBeThereOnceItWasSeen() {
    check(apps("main", Optional.empty()), Set.of(), "MISSING source app-shop");
    check(apps("", Optional.empty()), Set.of());
    check(apps("main", Optional.of("cannot be reached")), Set.of());
    check(apps("", Optional.empty()), Set.of(Thing.shared(Kind.SOURCE, "app-shop")));
  }

  private static Claims apps(String branch, Optional<String> problem) {
    var app = new App(new AppName("shop"), "shop", "/shop.git", branch, NOON, problem);
    return Claims.of(List.of(), List.of(app));
  }

  @Test
  void aWorkloadMustBeThereAndOneOfNobodyIsALeftover() {
    var workload = new Workload(Digest.of("applied"), false, 1, 1, 0, Optional.empty());
    var claims = rows(true, new Running.Workloads(Map.of(WEB, workload)));
    var web = Thing.of(SEVEN, Kind.WORKLOAD, "web");
    var there = Set.of(DATABASE, ROLE, SITE, SOURCE, web);
    check(claims, there);
    check(claims, Set.of(DATABASE, ROLE, SITE, SOURCE), "MISSING workload 7 web");
    var other = Thing.of(new EnvironmentId(8), Kind.WORKLOAD, "web");
    check(claims, Set.of(DATABASE, ROLE, SITE, SOURCE, web, other), "UNOWNED workload 8 web");
  }
}
