package run.ephemeral.reconciler;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.NewEvent;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.name.EnvironmentName;

/// Handles visits: wakes a sleeping environment, and changes nothing otherwise.
public final class Visits {
  private final Worker worker;
  private final InstantSource clock;

  public Visits(Worker worker, InstantSource clock) {
    this.worker = worker;
    this.clock = clock;
  }

  public void visited(EnvironmentName name) {
    var now = clock.instant();
    var slept = new AtomicBoolean();
    worker.visit(
        name,
        wanted -> {
          slept.set(wanted.power() == Power.OFF && wanted.removal().isEmpty());
          return slept.get() ? wanted.awake(now) : wanted;
        },
        () ->
            slept.get()
                ? Optional.of(
                    new NewEvent(name, Event.Level.INFO, Event.Kind.WAKE, "wakes: somebody visits"))
                : Optional.empty());
  }
}
