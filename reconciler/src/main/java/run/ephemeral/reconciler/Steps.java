package run.ephemeral.reconciler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// The running steps of one run, a virtual thread each, and those that wait for them. Used only by
/// the thread of the run.
final class Steps {
  private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

  private final Effects effects;
  private final long lease;
  private final Consumer<Finished> ended;
  private final Map<StepKey, UnderWay> underWay = new HashMap<>();
  private final List<Step> begun = new ArrayList<>();
  private Optional<Round> round = Optional.empty();

  /// @param lease the token of the run's lease
  /// @param ended called with every step that ended, on the step's thread
  Steps(Effects effects, long lease, Consumer<Finished> ended) {
    this.effects = effects;
    this.lease = lease;
    this.ended = ended;
  }

  /// How a step ended.
  ///
  /// @param tried the round of attempts in which the step started: its failure does not count in a
  ///     later round
  record Finished(Step step, int tried, Outcome outcome, Duration took, boolean interrupted) {}

  private record UnderWay(Step step, Thread thread) {
    /// A report is published to the end: nobody would know which half of it the code host has.
    void end() {
      if (!(step instanceof Step.Report)) {
        thread.interrupt();
      }
    }
  }

  /// What the newest plan leaves to do.
  ///
  /// @param waiting steps that have not started
  /// @param undone the keys of all steps that are not done; their successors keep waiting
  private record Round(Environment environment, List<Step.Planned> waiting, Set<StepKey> undone) {
    /// Removes and returns the steps without undone predecessors.
    List<Step> take() {
      var free =
          waiting.stream().filter(p -> p.after().stream().noneMatch(undone::contains)).toList();
      waiting.removeAll(free);
      return free.stream().map(Step.Planned::step).toList();
    }
  }

  boolean isEmpty() {
    return underWay.isEmpty();
  }

  int count() {
    return underWay.size();
  }

  /// Interrupts steps that this plan does not have, and starts those without unfinished
  /// predecessors.
  void follow(Environment environment, Plan plan) {
    var keys = plan.keys();
    var isBlind = environment.attempts().look().isPresent();
    underWay.forEach(
        (key, running) -> {
          // After a failed observation a missing step says nothing: the step may still be needed.
          if (!keys.contains(key) && (!isBlind || environment.wanted().removal().isPresent())) {
            running.end();
          }
        });
    var waiting = plan.steps().stream().filter(p -> !isUnderWay(p.step())).toList();
    round = Optional.of(new Round(environment, new ArrayList<>(waiting), new HashSet<>(keys)));
    begin();
  }

  /// One report at a time: a later one must not be overtaken by an earlier one.
  private boolean isUnderWay(Step step) {
    return underWay.containsKey(step.key())
        || (step instanceof Step.Report
            && underWay.values().stream().anyMatch(it -> it.step() instanceof Step.Report));
  }

  /// Removes a step that ended.
  void remove(Finished end) {
    underWay.remove(end.step().key());
  }

  /// Starts steps whose last predecessor was this step, without waiting for the next round. That
  /// round interrupts those that are no longer needed.
  void goOn(Finished end) {
    if (!end.interrupted() && end.outcome() instanceof Outcome.Done) {
      round.ifPresent(now -> now.undone().remove(end.step().key()));
      begin();
    }
  }

  private void begin() {
    round.ifPresent(
        now -> {
          for (var step : now.take()) {
            var thread = Thread.ofVirtual().name(step.key().toString());
            var started = thread.start(() -> perform(now, step));
            underWay.put(step.key(), new UnderWay(step, started));
            begun.add(step);
          }
        });
  }

  /// The steps that started since the last call.
  List<Step> takeBegun() {
    var taken = List.copyOf(begun);
    begun.clear();
    return taken;
  }

  void interrupt() {
    underWay.values().forEach(running -> running.thread().interrupt());
  }

  private void perform(Round in, Step step) {
    var name = in.environment().name();
    var fence = new Fence(lease, in.environment().generation());
    var began = System.nanoTime();
    var interrupted = false;
    Outcome outcome;
    try {
      outcome = effects.perform(in.environment(), step, fence);
    } catch (InterruptedException e) {
      interrupted = true;
      outcome = new Outcome.Done("not wanted any more");
    } catch (FaultException e) {
      LOG.debug("step {} of {} failed", step.key(), name, e);
      outcome = new Outcome.Failed(e.fault());
    } catch (RuntimeException | Error e) {
      LOG.error("step {} of {} failed", step.key(), name, e);
      outcome = new Outcome.Failed(Fault.internal("something went wrong; see the server's log", e));
    }
    var took = Duration.ofNanos(System.nanoTime() - began);
    ended.accept(new Finished(step, in.environment().wanted().round(), outcome, took, interrupted));
  }
}
