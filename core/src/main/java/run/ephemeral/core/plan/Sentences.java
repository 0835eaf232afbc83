package run.ephemeral.core.plan;

/// Causes in words, for people. Whoever shows a cause asks here.
public interface Sentences {
  Sentences ENGLISH = new English();

  String of(Cause cause);

  String of(Plan.Change change);
}
