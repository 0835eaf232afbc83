package run.ephemeral.core.plan;

import java.util.Set;
import run.ephemeral.core.release.DatabaseOrder;
import run.ephemeral.core.step.Step;

/// Whether a database is there. One that is there is never touched: its data is the
/// environment's.
final class DataJudge {
  private DataJudge() {}

  static Standing judge(Draft draft, DatabaseOrder order) {
    var name = order.database();
    var there = draft.situation.observed().databases().get(name);
    if (there != null) {
      var detail =
          there.equals(order.key())
              ? "PostgreSQL"
              : "keeps its data; its seed changed since, which `destroy` and `update` would take";
      draft.part(new Part(Part.Kind.DATABASE, name, Part.State.READY, detail));
      return new Standing.Ready();
    }
    var copy = new Step.Copy(order, "the environment has no copy yet");
    return switch (draft.offer(copy, Set.of())) {
      case Draft.Offer.Taken(var key) -> {
        draft.part(new Part(Part.Kind.DATABASE, name, Part.State.BUILDING, "is being copied"));
        yield new Standing.Coming(key);
      }
      case Draft.Offer.Refused(var detail) -> {
        draft.part(new Part(Part.Kind.DATABASE, name, Part.State.FAILING, detail));
        yield new Standing.Blocked();
      }
    };
  }
}
