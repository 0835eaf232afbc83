package run.ephemeral.core.plan;

/// Renders causes as text for people. The only place for that.
public interface Sentences {
  Sentences ENGLISH = new English(true);

  /// The same without times, so that a text stays the same while nothing but time passes.
  Sentences TIMELESS = new English(false);

  String of(Cause cause);

  String of(Plan.Change change);
}
