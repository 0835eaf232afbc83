package run.ephemeral.core.plan;

import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.plan.Cause.Failure;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.Units;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// From what is wanted and what is there to what must be done, and why.
///
/// Pure: the same situation gives the same plan. It does not do anything, does not know how
/// steps are done, and never reads a phase. Everything that is left to do is in the plan, every
/// time: nothing is remembered from one plan to the next but the facts.
public final class Planner {
  private Planner() {}

  public static Plan plan(Situation situation) {
    var draft = new Draft(situation);
    var wanted = situation.wanted();
    if (wanted.removal().isPresent()) {
      return remove(draft, wanted.removal().get());
    }
    var blind = situation.attempts().look();
    if (blind.isPresent()) {
      return wait(draft, blind.get());
    }
    if (wanted.power() == Power.OFF) {
      return sleep(draft);
    }
    if (wanted.release().isEmpty()) {
      return draft.finish(Verdict.awake(wanted, draft.parts()), expiry(draft));
    }
    return run(draft, wanted.release().get());
  }

  /// Nothing is judged by what cannot be seen.
  private static Plan wait(Draft draft, Attempts.Attempt look) {
    var wait = draft.situation.limits().room().after(look.count(), "look");
    var at = draft.situation.later(look.lastAt(), wait).orElse(draft.situation.now());
    draft.retryAt(at);
    var cause = new Cause.CannotBeSeen(Failure.of(look.fault(), at));
    return draft.finish(new Verdict(Phase.FAILING, cause), Optional.empty());
  }

  private static Plan remove(Draft draft, String why) {
    var observed = draft.situation.observed();
    var stops = new HashSet<StepKey>();
    var trouble = new LinkedHashSet<Failure>();
    for (var instance : observed.instances()) {
      var stop = new Step.Stop(instance.service(), instance.id(), why);
      take(draft, stop, Set.of(), trouble);
      stops.add(stop.key());
    }
    for (var database : observed.databases().keySet().stream().sorted().toList()) {
      take(draft, new Step.Drop(database, why), stops, trouble);
    }
    if (observed.traces()) {
      take(draft, new Step.Erase(why), Set.copyOf(draft.keys()), trouble);
    }
    var gone = observed.equals(Observed.NOTHING.withArtifacts(observed.artifacts()));
    var cause = new Cause.IsRemoved(why, List.copyOf(trouble));
    var verdict = new Verdict(gone ? Phase.GONE : Phase.REMOVING, cause);
    return draft.finish(verdict, Optional.empty());
  }

  /// Offers a step that takes something away, and notes why it did not work so far.
  private static void take(Draft draft, Step step, Set<StepKey> after, Set<Failure> trouble) {
    var failed = draft.situation.attempts().of(step);
    if (draft.offer(step, after) instanceof Draft.Offer.Refused(var failure)) {
      trouble.add(failure);
    } else {
      failed.ifPresent(attempt -> trouble.add(Failure.of(attempt.fault())));
    }
  }

  private static Plan sleep(Draft draft) {
    var observed = draft.situation.observed();
    for (var instance : observed.instances()) {
      draft.offer(new Step.Stop(instance.service(), instance.id(), "it goes to sleep"), Set.of());
    }
    draft.situation.wanted().release().ifPresent(release -> restingParts(draft, release));
    var wanted = draft.situation.wanted();
    if (wanted.release().isEmpty() && wanted.fault().isPresent()) {
      return draft.finish(Verdict.awake(wanted, draft.parts()), expiry(draft));
    }
    var cause = new Cause.Rests(wanted.release().isPresent(), wanted.fault().map(Failure::of));
    return draft.finish(new Verdict(Phase.ASLEEP, cause), expiry(draft));
  }

  private static void restingParts(Draft draft, Release release) {
    for (var service : release.spec().services().keySet()) {
      draft.part(new Part(Part.Kind.SERVICE, service, Part.State.STOPPED, new Cause.Asleep()));
    }
    for (var data : release.spec().data().keySet()) {
      var kept = draft.situation.observed().databases().containsKey(data);
      var state = kept ? Part.State.READY : Part.State.WAITING;
      var cause = kept ? new Cause.IsKept() : new Cause.NotMadeYet();
      draft.part(new Part(Part.Kind.DATABASE, data, state, cause));
    }
  }

  private static Plan run(Draft draft, Release release) {
    var units = Units.of(release, draft.situation.wanted().restarts());
    var data = new LinkedHashMap<ComponentName, Standing>();
    Units.databases(release)
        .forEach(order -> data.put(order.database(), DataJudge.judge(draft, order)));
    var services = new LinkedHashMap<ComponentName, Standing>();
    for (var unit : units.values()) {
      services.put(unit.service(), new ServiceJudge(draft, release, unit, data, services).judge());
    }
    for (var instance : draft.situation.observed().instances()) {
      if (!units.containsKey(instance.service())) {
        var stop = new Step.Stop(instance.service(), instance.id(), "its service is no more");
        draft.offer(stop, Set.of());
      }
    }
    var allReady = services.values().stream().allMatch(Standing.Ready.class::isInstance);
    Units.tests(release, units.values()).forEach(test -> TestJudge.judge(draft, test, allReady));
    var verdict = Verdict.awake(draft.situation.wanted(), draft.parts());
    var change = expiry(draft);
    return draft.finish(verdict, change.isPresent() ? change : idleness(draft, release));
  }

  private static Optional<Plan.Change> expiry(Draft draft) {
    var at = expiresAt(draft.situation);
    if (at.isEmpty()) {
      return Optional.empty();
    }
    if (draft.situation.now().isBefore(at.get())) {
      draft.lookAgain(at.get());
      return Optional.empty();
    }
    return Optional.of(new Plan.Change.Expire());
  }

  /// When an environment is removed if nothing more happens; empty when it is pinned. One that
  /// somebody still visits does not expire, nor does any while nobody could visit and for a while
  /// after.
  public static Optional<Instant> expiresAt(Situation situation) {
    var wanted = situation.wanted();
    if (wanted.expiresAt().isEmpty()) {
      return Optional.empty();
    }
    var span = wanted.release().map(release -> release.spec().expire().orDefault());
    var visited = span.flatMap(after -> situation.lastUsed().map(used -> used.plus(after)));
    var longest = situation.limits().grace();
    var grace = Collections.min(List.of(span.orElse(longest), longest));
    var attended = Optional.of(situation.attendedSince().plus(grace));
    return Optional.of(latest(Stream.of(wanted.expiresAt(), visited, attended)));
  }

  private static Optional<Plan.Change> idleness(Draft draft, Release release) {
    var situation = draft.situation;
    var idle = release.spec().sleep().idle();
    if (idle.isEmpty() || !draft.rests()) {
      return Optional.empty();
    }
    var wanted = situation.wanted();
    var since = Stream.of(wanted.askedAt(), situation.attendedSince()).map(Optional::of);
    var last = latest(Stream.concat(since, Stream.of(wanted.wokenAt(), situation.lastUsed())));
    var at = last.plus(idle.get());
    if (situation.now().isBefore(at)) {
      draft.lookAgain(at);
      return Optional.empty();
    }
    return Optional.of(new Plan.Change.FallAsleep(idle.get()));
  }

  private static Instant latest(Stream<Optional<Instant>> instants) {
    return instants.flatMap(Optional::stream).max(Instant::compareTo).orElseThrow();
  }
}
