package run.ephemeral.core.audit;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.app.App;
import run.ephemeral.core.audit.Thing.Kind;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.ComponentName;

/// Which resources tables and ledgers account for at one moment.
///
/// @param environments all environments in the table. They own each of their resources, claimed or
///     not: their databases are never reported as unowned
/// @param settled the environments with nothing left to do. Missing resources of other environments
///     are not reported
/// @param must resources that must exist, such as a database of the last observation
/// @param may resources that may exist as well, such as a golden database of a release, or anything
///     that is being created
public record Claims(
    Set<EnvironmentId> environments, Set<EnvironmentId> settled, Set<Thing> must, Set<Thing> may) {
  public static final Claims NONE = new Claims(Set.of(), Set.of(), Set.of(), Set.of());

  public Claims {
    environments = Set.copyOf(environments);
    settled = Set.copyOf(settled);
    must = Set.copyOf(must);
    may = Set.copyOf(may);
  }

  /// The claims of an adapter, which has no table of environments.
  public static Claims of(Set<Thing> must, Set<Thing> may) {
    return new Claims(Set.of(), Set.of(), must, may);
  }

  /// The claims of the tables.
  public static Claims of(Collection<Environment> environments, Collection<App> apps) {
    var must = new HashSet<Thing>();
    var may = new HashSet<Thing>();
    for (var app : apps) {
      may.add(source(Mirror.of(app.name())));
      if (!app.defaultBranch().isEmpty() && app.problem().isEmpty()) {
        must.add(source(Mirror.of(app.name())));
      }
    }
    for (var environment : environments) {
      // Needed when the app's own row is unreadable.
      may.add(source(Mirror.of(environment.app())));
      claim(environment, must, may);
    }
    return new Claims(
        environments.stream().map(Environment::id).collect(Collectors.toSet()),
        environments.stream()
            .filter(Environment::settled)
            .map(Environment::id)
            .collect(Collectors.toSet()),
        must,
        may);
  }

  private static void claim(Environment environment, Set<Thing> must, Set<Thing> may) {
    var id = environment.id();
    var name = environment.name();
    may.add(Thing.shared(Kind.SITE, name.value()));
    may.add(source(Mirror.of(name)));
    if (environment.origin() instanceof Origin.OfWorkingTree && environment.settled()) {
      must.add(source(Mirror.of(name)));
    }
    var observed = environment.observed();
    for (var database : observed.databases().keySet()) {
      must.add(Thing.of(id, Kind.DATABASE, database.value()));
      must.add(Thing.of(id, Kind.ROLE, database.value()));
    }
    for (var instance : observed.instances()) {
      if (!(instance.state() instanceof Instance.State.Ended)) {
        must.add(Thing.of(id, Kind.PROCESS, instance.id().value()));
      }
      if (instance.routed() && environment.settled()) {
        must.add(route(name, instance.service()));
      }
      may.add(route(name, instance.service()));
    }
    for (var workload : observed.workloads().keySet()) {
      must.add(Thing.of(id, Kind.WORKLOAD, workload.value()));
    }
    for (var release : environment.wanted().release().stream().toList()) {
      release.spec().services().keySet().forEach(service -> may.add(route(name, service)));
      Components.databases(release).forEach(database -> may.add(golden(database)));
    }
  }

  private static Thing golden(Component.Database database) {
    return Thing.shared(Kind.GOLDEN, database.key().brief());
  }

  public static Thing source(Mirror repository) {
    return Thing.shared(Kind.SOURCE, repository.value());
  }

  /// The route of a service.
  public static Thing route(EnvironmentName environment, ComponentName service) {
    return Thing.shared(Kind.ROUTE, service + " of " + environment);
  }

  /// The union with the claims of another ledger at the same moment.
  public Claims and(Claims other) {
    return new Claims(
        union(environments, other.environments),
        union(settled, other.settled),
        union(must, other.must),
        union(may, other.may));
  }

  /// Merges these claims with later ones: `must` and `settled` need both, `may` and `environments`
  /// need either. What only one of them says must exist may exist.
  public Claims until(Claims later) {
    return new Claims(
        union(environments, later.environments),
        both(settled, later.settled),
        both(must, later.must),
        union(union(may, later.may), union(must, later.must)));
  }

  private static <T> Set<T> union(Set<T> one, Set<T> other) {
    var all = new HashSet<>(one);
    all.addAll(other);
    return all;
  }

  private static <T> Set<T> both(Set<T> one, Set<T> other) {
    var common = new HashSet<>(one);
    common.retainAll(other);
    return common;
  }
}
