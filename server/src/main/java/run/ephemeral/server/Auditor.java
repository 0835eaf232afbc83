package run.ephemeral.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.audit.Audit;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Discrepancy;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.release.Mirror;

/// Compares the claims of tables and ledgers with the resources that exist, and removes resources
/// without an owner when told to.
///
/// A resource that is being made or removed can look wrong, so only discrepancies seen twice,
/// [#BETWEEN_LOOKS] apart, are reported. Nothing is removed automatically.
final class Auditor {
  private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

  /// Longer than it takes to notice the end of a process, or to write the result of a step.
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1500);

  private final Wiring wiring;
  private final List<String> unreached = new ArrayList<>();

  Auditor(Wiring wiring) {
    this.wiring = wiring;
  }

  /// The result of removing one thing.
  ///
  /// @param problem why it could not be removed; empty when it was
  record Removal(Discrepancy discrepancy, Optional<String> problem) {}

  List<Discrepancy> audit() throws InterruptedException {
    var first = look();
    if (first.isEmpty()) {
      return first;
    }
    Thread.sleep(BETWEEN_LOOKS);
    return look().stream().filter(now -> first.stream().anyMatch(now::isSame)).toList();
  }

  /// Why parts could not be compared by the last audit, such as a cluster that does not answer.
  List<String> unreached() {
    return List.copyOf(unreached);
  }

  private List<Discrepancy> look() {
    var before = claims();
    var there = new HashMap<Thing, String>();
    unreached.clear();
    for (var inventory : wiring.inventories()) {
      try {
        there.putAll(inventory.there());
      } catch (FaultException e) {
        unreached.add(e.fault().message());
      }
    }
    return Audit.judge(before.until(claims()), there).stream()
        .filter(it -> unreached.isEmpty() || !isMissingWorkload(it))
        .toList();
  }

  private static boolean isMissingWorkload(Discrepancy discrepancy) {
    return discrepancy.problem() == Discrepancy.Problem.MISSING
        && discrepancy.thing().kind() == Thing.Kind.WORKLOAD;
  }

  private Claims claims() {
    var underWay = new HashSet<Thing>();
    wiring.repositories().taken().forEach(name -> underWay.add(Claims.source(name)));
    var all = Claims.of(Set.of(), underWay);
    for (var inventory : wiring.inventories()) {
      all = all.and(inventory.claims());
    }
    return all.and(Claims.of(wiring.environments().all(), wiring.apps().all()));
  }

  /// Removes those of the wished things that a new audit still finds without an owner.
  ///
  /// @param wished ids of things, see [Thing#id]
  List<Removal> remove(Set<String> wished) throws InterruptedException {
    var removals = new ArrayList<Removal>();
    for (var discrepancy : audit()) {
      var thing = discrepancy.thing();
      if (discrepancy.isSolvedByRemoval() && wished.contains(thing.id())) {
        var problem = remove(thing);
        removals.add(new Removal(discrepancy, problem));
        LOG.info("audit: {} ({}): {}", thing.id(), discrepancy.where(), problem.orElse("removed"));
      }
    }
    return removals;
  }

  private Optional<String> remove(Thing thing) throws InterruptedException {
    if (thing.kind() != Thing.Kind.SOURCE) {
      return removeNow(thing);
    }
    try (var _ = wiring.repositories().take(new Mirror(thing.name()))) {
      return isWanted(thing) ? Optional.of("somebody came to use it") : removeNow(thing);
    }
  }

  private static boolean has(Inventory inventory, Thing thing) {
    try {
      return inventory.there().containsKey(thing);
    } catch (FaultException e) {
      return false;
    }
  }

  private boolean isWanted(Thing thing) {
    return Claims.of(wiring.environments().all(), wiring.apps().all()).may().contains(thing);
  }

  private Optional<String> removeNow(Thing thing) throws InterruptedException {
    try {
      for (var inventory : wiring.inventories()) {
        if (has(inventory, thing)) {
          inventory.remove(thing);
          return Optional.empty();
        }
      }
      return Optional.empty();
    } catch (FaultException e) {
      return Optional.of(e.fault().message());
    }
  }
}
