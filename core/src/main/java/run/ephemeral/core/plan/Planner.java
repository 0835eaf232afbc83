package run.ephemeral.core.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.plan.Cause.Failure;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.SpecProblem;
import run.ephemeral.core.step.Step;
import run.ephemeral.core.step.StepKey;

/// Computes from desired and observed state which steps are needed, and why.
///
/// Pure: the same situation gives the same plan. Performs nothing, does not know how steps are
/// performed, and never reads a phase. Every plan contains all remaining steps: between two plans
/// only facts are kept.
public final class Planner {
  private Planner() {}

  public static Plan plan(Situation situation) {
    var draft = new Draft(situation);
    var wanted = situation.wanted();
    if (situation.placement() instanceof Placement.On(var cluster, _, _)
        && situation.clusters().stream().noneMatch(known -> known.name().equals(cluster))) {
      return leave(draft, cluster);
    }
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
    var release = wanted.release().get();
    return switch (situation.placement()) {
      case Placement.Nowhere(var only) -> place(draft, release, only);
      case Placement.On on -> run(draft, release, on);
    };
  }

  /// No step is possible on a cluster that is not configured.
  private static Plan leave(Draft draft, ClusterName cluster) {
    Cause why = new Cause.ClusterIsUnknown(new ClusterSelector.Named(cluster));
    var verdict =
        draft
            .situation
            .wanted()
            .removal()
            .map(removal -> new Verdict(Phase.REMOVING, new Cause.RemovalWaits(removal, why)))
            .orElseGet(() -> new Verdict(Phase.FAILING, why));
    return draft.finish(verdict, Optional.empty());
  }

  /// Plans nothing on the basis of a failed observation.
  private static Plan wait(Draft draft, Attempts.Attempt look) {
    var wait = draft.situation.limits().room().after(look.count(), "look");
    var at = draft.situation.later(look.lastAt(), wait).orElse(draft.situation.now());
    draft.retryAt(at);
    var cause = new Cause.CannotBeSeen(Failure.of(look.why(), at));
    return draft.finish(new Verdict(Phase.FAILING, cause), Optional.empty());
  }

  private static Plan remove(Draft draft, String why) {
    var observed = draft.situation.observed();
    var stops = new HashSet<StepKey>();
    var trouble = new LinkedHashSet<Failure>();
    for (var stop : stops(observed, why)) {
      take(draft, stop, Set.of(), trouble);
      stops.add(stop.key());
    }
    for (var database : observed.databases().keySet().stream().sorted().toList()) {
      take(draft, new Step.Drop(database, why), stops, trouble);
    }
    if (observed.traces()) {
      take(draft, new Step.Erase(why), Set.copyOf(draft.keys()), trouble);
    }
    var cause = new Cause.IsRemoved(why, List.copyOf(trouble));
    var verdict = new Verdict(observed.isGone() ? Phase.GONE : Phase.REMOVING, cause);
    return draft.finish(verdict, Optional.empty());
  }

  /// The steps that end everything that runs.
  private static List<Step> stops(Observed observed, String why) {
    return switch (observed.running()) {
      case Running.Processes(var instances, _) ->
          instances.stream()
              .<Step>map(instance -> new Step.Stop(instance.service(), instance.id(), why))
              .toList();
      case Running.Workloads(var workloads) ->
          workloads.keySet().stream()
              .sorted()
              .<Step>map(name -> new Step.Prune(name, why))
              .toList();
    };
  }

  /// Offers a step of the removal, and collects why its last attempt failed.
  private static void take(Draft draft, Step step, Set<StepKey> after, Set<Failure> trouble) {
    var failed = draft.situation.attempts().of(step);
    if (draft.offer(step, after) instanceof Draft.Offer.Refused(var failure)) {
      trouble.add(failure);
    } else {
      failed.ifPresent(attempt -> trouble.add(Failure.of(attempt.why())));
    }
  }

  private static Plan sleep(Draft draft) {
    switch (draft.situation.observed().running()) {
      case Running.Processes _ ->
          stops(draft.situation.observed(), "it goes to sleep")
              .forEach(stop -> draft.offer(stop, Set.of()));
      case Running.Workloads(var workloads) ->
          new TreeMap<>(workloads)
              .forEach(
                  (name, workload) -> {
                    if (!workload.asleep()) {
                      draft.offer(new Step.Scale(name, false, "it goes to sleep"), Set.of());
                    }
                  });
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
    for (var chart : release.spec().charts().keySet()) {
      draft.part(new Part(Part.Kind.CHART, chart, Part.State.STOPPED, new Cause.Asleep()));
    }
    for (var data : release.spec().data().keySet()) {
      var kept = draft.situation.observed().databases().containsKey(data);
      var state = kept ? Part.State.READY : Part.State.WAITING;
      var cause = kept ? new Cause.IsKept() : new Cause.NotMadeYet();
      draft.part(new Part(Part.Kind.DATABASE, data, state, cause));
    }
  }

  /// Places the environment, or leaves it unplaced until a cluster has room.
  private static Plan place(Draft draft, Release release, Optional<ClusterSelector> only) {
    var choice = PlacementPolicy.choose(release.spec(), draft.situation.clusters(), only);
    var change = expiry(draft);
    return switch (choice) {
      case PlacementPolicy.Choice.Chosen(var cluster) -> {
        Plan.Change place = new Plan.Change.Place(cluster);
        var verdict = new Verdict(Phase.QUEUED, new Cause.IsPlaced());
        yield draft.finish(verdict, change.or(() -> Optional.of(place)));
      }
      case PlacementPolicy.Choice.NoRoom() -> {
        var at = draft.situation.now().plus(draft.situation.limits().room().longest());
        draft.retryAt(at);
        yield draft.finish(
            new Verdict(Phase.QUEUED, new Cause.AwaitsRoom(only, draft.situation.ahead())), change);
      }
      case PlacementPolicy.Choice.IsUnknown(var selector) ->
          draft.finish(new Verdict(Phase.FAILING, new Cause.ClusterIsUnknown(selector)), change);
      case PlacementPolicy.Choice.NoneFits(var why) ->
          draft.finish(new Verdict(Phase.FAILING, new Cause.FitsNowhere(why)), change);
    };
  }

  private static Plan run(Draft draft, Release release, Placement.On on) {
    for (var cluster : draft.situation.clusters()) {
      if (cluster.name().equals(on.cluster()) && !cluster.missing(release.spec()).isEmpty()) {
        return misfit(draft, release, cluster.problems(release.spec()));
      }
    }
    return switch (Components.of(release, on.engine(), draft.situation.wanted().restarts())) {
      case Components.Reading.Fits(var components) -> run(draft, release, components);
      case Components.Reading.Misfits(var why) -> misfit(draft, release, why);
    };
  }

  private static Plan misfit(Draft draft, Release release, List<SpecProblem> why) {
    return draft.finish(
        new Verdict(Phase.FAILING, new Cause.FitsNowhere(why)),
        expiry(draft).or(() -> idleness(draft, release)));
  }

  private static Plan run(Draft draft, Release release, Components components) {
    var standings = new LinkedHashMap<ComponentName, Standing>();
    var tested = new ArrayList<Digest>();
    var services = new HashSet<ComponentName>();
    var allReady = true;
    var allKnown = true;
    for (var component : components.all()) {
      switch (component) {
        case Component.Database database ->
            standings.put(database.name(), DataJudge.judge(draft, database));
        case Component.Program program -> {
          var needs = Needs.of(program, standings);
          var standing = new ProcessJudge(draft, program, needs).judge();
          standings.put(program.name(), standing);
          services.add(program.name());
          tested.add(program.digest());
          allReady &= standing instanceof Standing.Ready;
        }
        case Component.Deployable deployable -> {
          var needs = Needs.of(deployable, standings);
          var judgement = new WorkloadJudge(draft, deployable, needs).judge();
          standings.put(deployable.name(), judgement.standing());
          services.add(deployable.name());
          judgement.digest().ifPresent(tested::add);
          allKnown &= judgement.digest().isPresent();
          allReady &= judgement.standing() instanceof Standing.Ready;
        }
        case Component.Test test ->
            TestJudge.judge(
                draft, test, allKnown ? Optional.of(tested) : Optional.empty(), allReady);
      }
    }
    endOthers(draft, services);
    var verdict = Verdict.awake(draft.situation.wanted(), draft.parts());
    var change = expiry(draft);
    return draft.finish(verdict, change.isPresent() ? change : idleness(draft, release));
  }

  /// Stops what runs for components that the release no longer has.
  private static void endOthers(Draft draft, Set<ComponentName> known) {
    for (var step : stops(draft.situation.observed(), "its service is no more")) {
      if (step.component().filter(known::contains).isEmpty()) {
        draft.offer(step, Set.of());
      }
    }
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

  /// When an environment is removed if nothing more happens; empty when it is pinned. Visits
  /// postpone the expiry. So does a time in which nobody could visit, such as a machine that was
  /// off, until a period of grace after it.
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
