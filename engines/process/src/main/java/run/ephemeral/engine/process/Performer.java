package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.process.file.Disk;

/// Performs a step for a port: refuses a step under an old lease, and turns exceptions into an
/// [Outcome].
///
/// @param folder whose disk may be full when a step fails
record Performer(Leases leases, Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(Performer.class);

  /// What a step does.
  interface Work {
    /// @return what was done, for people
    String run() throws IOException, InterruptedException;
  }

  Outcome perform(EnvironmentKey environment, Step step, Fence fence, Work work)
      throws InterruptedException {
    if (!leases.isNewest(environment.id(), fence)) {
      return new Outcome.Stale();
    }
    try {
      return new Outcome.Done(work.run());
    } catch (FaultException e) {
      refuseIfInterrupted();
      return new Outcome.Failed(e.fault());
    } catch (IOException | UncheckedIOException e) {
      refuseIfInterrupted();
      LOG.warn("step {} of environment {} failed", step.key(), environment.name(), e);
      var trouble = "this machine could not do it: " + e.getMessage();
      return new Outcome.Failed(
          Disk.fault(trouble, folder).orElseGet(() -> Fault.external(trouble, e)));
    }
  }

  /// An interrupt closes the files and connections in use. The resulting failure counts as an
  /// interrupt, not as a failed step.
  private static void refuseIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}
