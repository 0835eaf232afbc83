package run.ephemeral.core.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import run.ephemeral.core.audit.Discrepancy.Problem;
import run.ephemeral.core.audit.Thing.Kind;

/// Compares what is claimed with what is there, both ways. Knows nothing of how either was
/// found out, and judges one moment: what is just being made or removed can look wrong for as
/// long as it takes, so whoever asks looks twice.
public final class Audit {
  private static final Comparator<Thing> ORDER =
      Comparator.comparing(Thing::kind)
          .thenComparing(thing -> thing.environment().map(id -> id.value()).orElse(0L))
          .thenComparing(Thing::name);

  private Audit() {}

  /// @param claims of before and after the look at what is there
  /// @param there with what there is to see of each
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

  /// An environment that somebody works on mends itself.
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
