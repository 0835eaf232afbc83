package run.ephemeral.core.environment;

import java.util.List;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.report.Published;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Port: writes reports to code hosts.
public interface Reports {
  /// What was published, without asking a code host.
  List<Published> published(EnvironmentKey environment);

  /// Makes the pull request have this one comment and these statuses. Idempotent, also after a
  /// crash between a write to the code host and its record. Blocks.
  ///
  /// @throws run.ephemeral.core.FaultException when the code host refuses it or does not answer
  Outcome perform(EnvironmentKey environment, Step.Report step, Fence fence);

  /// Nothing is ever published.
  Reports NONE =
      new Reports() {
        @Override
        public List<Published> published(EnvironmentKey environment) {
          return List.of();
        }

        @Override
        public Outcome perform(EnvironmentKey environment, Step.Report step, Fence fence) {
          throw new IllegalStateException("nothing is reported here");
        }
      };
}
