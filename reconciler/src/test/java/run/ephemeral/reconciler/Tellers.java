package run.ephemeral.reconciler;

import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.reconciler.report.Reporting;

/// The last judge of plans, for tests.
final class Tellers {
  private Tellers() {}

  static Reporting reporting() {
    var domain = new Domain("http", "localhost", 8080);
    return new Reporting("test", "runbot", () -> domain, Sentences.TIMELESS, Limits.DEFAULT);
  }
}
