package run.ephemeral.core.step;

/// Identifies the effect of a step: steps with the same key are the same step, in any plan.
/// Failures are stored under this key, so it must stay the same in later versions.
///
/// @param verb such as `build`
/// @param subject the name of the component or instance that the step acts on, with the digest of
///     its inputs where those matter; empty when the step acts on a whole environment
public record StepKey(String verb, String subject) {
  static StepKey of(Step step) {
    return switch (step) {
      case Step.Build build ->
          new StepKey("build", build.name() + " " + build.order().key().brief());
      case Step.Resolve resolve ->
          new StepKey("resolve", resolve.name() + " " + resolve.order().key().brief());
      case Step.Copy(var database, _) ->
          new StepKey("copy", database.name() + " " + database.key().brief());
      case Step.Start start -> new StepKey("start", start.instance().value());
      case Step.Await await -> new StepKey("await", await.instance().value());
      case Step.Route route -> new StepKey("route", route.instance().value());
      case Step.Open open -> new StepKey("open", open.service().value());
      case Step.Stop stop -> new StepKey("stop", stop.instance().value());
      case Step.Apply apply ->
          new StepKey("apply", apply.deployable().name() + " " + apply.digest().brief());
      case Step.AwaitReady await ->
          new StepKey("await-ready", await.name() + " " + await.digest().brief());
      case Step.Scale scale ->
          new StepKey(scale.up() ? "scale-up" : "scale-down", scale.name().value());
      case Step.Prune prune -> new StepKey("prune", prune.name().value());
      case Step.Test(var test, var key, _) -> new StepKey("test", test.name() + " " + key.brief());
      case Step.Drop drop -> new StepKey("drop", drop.database().value());
      case Step.Report report ->
          new StepKey(
              report.last() ? "last-report" : "report", report.report().pullRequest().toString());
      case Step.Erase _ -> new StepKey("erase", "");
    };
  }

  /// Reads what [#toString()] wrote.
  public static StepKey parse(String text) {
    var blank = text.indexOf(' ');
    return blank < 0
        ? new StepKey(text, "")
        : new StepKey(text.substring(0, blank), text.substring(blank + 1));
  }

  @Override
  public String toString() {
    return subject.isEmpty() ? verb : verb + " " + subject;
  }
}
