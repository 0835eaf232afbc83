package run.ephemeral.core.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import run.ephemeral.core.audit.Discrepancy.Problem;
import run.ephemeral.core.audit.Thing.Kind;

/// Compares claims with reality in both directions, for one moment. A resource that is being
/// created or removed can look wrong meanwhile, so a caller has to confirm a finding by a second
/// audit.
public final class Audit {
  private static final Comparator<Thing> ORDER =
      Comparator.comparing(Thing::kind)
          .thenComparing(thing -> thing.environment().map(id -> id.value()).orElse(0L))
          .thenComparing(Thing::name);

  private Audit() {}

  /// @param claims merged by [Claims#until] from before and after the inventory
  /// @param there the existing resources, each with its location
  public static List<Discrepancy> judge(Claims claims, Map<Thing, String> there) {
    var all = new ArrayList<Discrepancy>();
    for (var thing : claims.must()) {
      if (!there.containsKey(thing) && isJudged(claims, thing)) {
        all.add(new Discrepancy(Problem.MISSING, thing, ""));
      }
    }
    there.forEach(
        (thing, where) -> {
          if (!isOwned(claims, thing)) {
            var problem = thing.kind() == Kind.GOLDEN ? Problem.UNUSED : Problem.UNOWNED;
            all.add(new Discrepancy(problem, thing, where));
          }
        });
    all.sort(Comparator.comparing(Discrepancy::problem).thenComparing(Discrepancy::thing, ORDER));
    return all;
  }

  /// A resource missing from an unsettled environment is not reported: reconciliation creates it
  /// again.
  private static boolean isJudged(Claims claims, Thing thing) {
    return thing.environment().map(claims.settled()::contains).orElse(true);
  }

  private static boolean isOwned(Claims claims, Thing thing) {
    return thing
        .environment()
        .map(claims.environments()::contains)
        .orElseGet(() -> claims.must().contains(thing) || claims.may().contains(thing));
  }
}
