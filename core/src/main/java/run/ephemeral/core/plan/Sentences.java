package run.ephemeral.core.plan;

/// Renders causes as text for people. The only place for that.
public interface Sentences {
  Sentences ENGLISH = new English();

  String of(Cause cause);

  String of(Plan.Change change);
}
