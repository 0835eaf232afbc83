package run.ephemeral.core.plan;

import java.util.Set;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.step.Step;

/// Decides whether a database exists, and offers to copy it otherwise. An existing database is
/// never touched: its data belongs to the environment.
final class DataJudge {
  private DataJudge() {}

  static Standing judge(Draft draft, Component.Database database) {
    var name = database.name();
    var there = draft.situation.observed().databases().get(name);
    if (there != null) {
      var cause = there.equals(database.key()) ? new Cause.IsThere() : new Cause.SeedChanged();
      draft.part(new Part(Part.Kind.DATABASE, name, Part.State.READY, cause));
      return new Standing.Ready();
    }
    var copy = new Step.Copy(database, "the environment has no copy yet");
    return switch (draft.offer(copy, Set.of())) {
      case Draft.Offer.Taken(var key) -> {
        draft.part(new Part(Part.Kind.DATABASE, name, Part.State.BUILDING, new Cause.IsCopied()));
        yield new Standing.Coming(key);
      }
      case Draft.Offer.Refused(var failure) -> {
        var cause = new Cause.StepFailed(failure, false);
        draft.part(new Part(Part.Kind.DATABASE, name, Part.State.FAILING, cause));
        yield new Standing.Blocked();
      }
    };
  }
}
