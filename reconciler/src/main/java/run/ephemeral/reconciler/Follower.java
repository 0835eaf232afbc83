package run.ephemeral.reconciler;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.Admission;
import run.ephemeral.core.pullrequest.Candidate;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.StartSpec;

/// Keeps environments in step with the open pull requests of an app.
///
/// One look reads the code host, judges, and stores the desired states. Starts nothing itself. A
/// second look without changes at the host changes nothing.
public final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final Apps apps;
  private final Environments environments;
  private final Events events;
  private final CodeHost codeHost;
  private final Releases releases;
  private final Room room;
  private final Approvals approvals;
  private final ForkNotices notices;
  private final InstantSource clock;

  public Follower(
      Apps apps,
      Environments environments,
      Events events,
      CodeHost codeHost,
      Releases releases,
      Room room,
      Approvals approvals,
      ForkNotices notices,
      InstantSource clock) {
    this.apps = apps;
    this.environments = environments;
    this.events = events;
    this.codeHost = codeHost;
    this.releases = releases;
    this.room = room;
    this.approvals = approvals;
    this.notices = notices;
    this.clock = clock;
  }

  /// The release of a pull request's head, or why the head cannot be one.
  ///
  /// @param start the start rules of its own file, or else of the default branch
  private record Asked(
      PullRequest pullRequest,
      Optional<Release> release,
      Optional<FaultException> why,
      StartSpec start) {

    Wanted in(Wanted before, Power power, Instant now) {
      return release
          .map(known -> before.withRelease(known, power, now))
          .orElseGet(() -> before.withFault(why.orElseThrow().fault(), now));
    }
  }

  /// The outcome of a look.
  public enum Looked {
    /// All desired states are stored.
    COMPLETE,
    /// Some pull requests wait, for example for capacity; the next look tries again.
    IN_PART,
    /// The code host could not be read.
    NOT_AT_ALL,
    /// The app is not followed any more.
    REMOVED
  }

  /// One look.
  public Looked look(AppName name) {
    var app = apps.find(name);
    return app.isEmpty() ? Looked.REMOVED : look(app.get());
  }

  private Looked look(App app) {
    CodeHost.Seen seen;
    try {
      var found = codeHost.look(app);
      seen = found.with(approvals.applied(app, found.open()));
    } catch (FaultException e) {
      LOG.warn("app {}: its repository cannot be read: {}", app.name(), e.getMessage());
      apps.trouble(app.name(), Optional.of(e.fault().message()));
      return Looked.NOT_AT_ALL;
    }
    apps.saw(app.name(), seen.defaultBranch(), seen.open());
    var running = running(app.name());
    var left = room.left(app.cluster());
    var troubles = new ArrayList<String>();
    var dismissed = apps.dismissed(app.name());
    var asked = askAll(app, seen, running, dismissed, left, troubles);
    var known = new HashMap<PullRequestRef, PullRequest>();
    running.forEach((ref, environment) -> known.put(ref, pullRequestOf(environment)));
    var candidates = asked.values().stream().map(each -> candidate(app, each, seen)).toList();
    var changes = Admission.judge(candidates, known, dismissed, left);
    notice(app, changes, troubles);
    for (var change : changes) {
      attempt(app, change.ref(), troubles, () -> apply(app, change, asked, running));
    }
    for (var ref : running.keySet()) {
      attempt(app, ref, troubles, () -> mend(asked.get(ref), running.get(ref)));
    }
    if (troubles.isEmpty()) {
      seen.warning().ifPresent(why -> apps.trouble(app.name(), Optional.of(why)));
      return Looked.COMPLETE;
    }
    apps.trouble(app.name(), Optional.of(summary(troubles)));
    return Looked.IN_PART;
  }

  private static String summary(List<String> troubles) {
    var others = troubles.stream().distinct().count() - 1;
    return troubles.getFirst() + (others == 0 ? "" : " (and %d more)".formatted(others));
  }

  /// Reads every pull request that may get or has an environment. One that cannot be read at
  /// present keeps its environment as it is.
  private Map<PullRequestRef, Asked> askAll(
      App app,
      CodeHost.Seen seen,
      Map<PullRequestRef, Environment> running,
      Map<PullRequestRef, String> dismissed,
      int left,
      List<String> troubles) {
    var usual = new UsualStart(releases, app, seen);
    var asked = new LinkedHashMap<PullRequestRef, Asked>();
    for (var pullRequest : seen.open()) {
      var ref = pullRequest.ref();
      var environment = running.get(ref);
      if (environment == null && Admission.isDismissed(pullRequest, dismissed)) {
        continue;
      }
      if (environment == null && !pullRequest.isTrusted()) {
        asked.put(ref, new Asked(pullRequest, Optional.empty(), Optional.empty(), usual.start()));
        continue;
      }
      if (environment == null && left <= 0) {
        troubles.add(room.full(app.cluster()));
        continue;
      }
      try {
        if (seen.missing().contains(ref)) {
          var message = "its commit cannot be fetched yet";
          throw new FaultException(new Fault(Fault.Kind.EXTERNAL, message, pullRequest.commit()));
        }
        var trusted =
            environment == null || pullRequest.isTrusted()
                ? pullRequest
                : staying(pullRequestOf(environment), pullRequest);
        asked.put(ref, ask(app, trusted, environment, usual));
      } catch (RuntimeException e) {
        troubles.add("pull request %d: %s".formatted(ref.number(), why(e)));
        LOG.warn("app {}: {} {}", app.name(), troubles.getLast(), context(e));
        if (environment != null) {
          asked.put(ref, ask(app, pullRequestOf(environment), environment, usual));
        }
      }
    }
    return asked;
  }

  /// The newest pull request with the head that runs: the `ephemeral.yaml` of an unapproved commit
  /// is not read, since it could remove the environment.
  private static PullRequest staying(PullRequest running, PullRequest newest) {
    return new PullRequest(newest.ref(), running.head(), newest.facts(), newest.trust());
  }

  /// An unexpected exception concerns one pull request only.
  private static String why(RuntimeException e) {
    return e instanceof FaultException known
        ? known.fault().message()
        : "it cannot be read, and server.log says why";
  }

  private static String context(RuntimeException e) {
    return e instanceof FaultException known ? known.fault().context() : e.toString();
  }

  /// Reads the head of a pull request, unless it did not move.
  private Asked ask(App app, PullRequest pullRequest, @Nullable Environment now, UsualStart usual) {
    var isMendedElsewhere =
        now != null && now.wanted().fault().isPresent() && !pullRequest.trust().isOwn();
    if (now != null
        && !isMendedElsewhere
        && !pullRequest.head().movedFrom(pullRequestOf(now).head())) {
      var good = now.wanted().release().filter(release -> now.wanted().fault().isEmpty());
      return new Asked(pullRequest, good, Optional.empty(), startOf(good, usual));
    }
    try {
      var release = Optional.of(releases.of(app, pullRequest, usual.seen()));
      return new Asked(pullRequest, release, Optional.empty(), startOf(release, usual));
    } catch (FaultException e) {
      if (e.fault().kind() != Fault.Kind.USER) {
        throw e;
      }
      return new Asked(pullRequest, Optional.empty(), Optional.of(e), usual.start());
    }
  }

  private static StartSpec startOf(Optional<Release> release, UsualStart usual) {
    return release.map(known -> known.spec().start()).orElseGet(usual::start);
  }

  /// @return why the change could not be made; empty when it was
  private Optional<String> apply(
      App app,
      Admission.Change change,
      Map<PullRequestRef, Asked> asked,
      Map<PullRequestRef, Environment> running) {
    return switch (change) {
      case Admission.Change.Create(var pullRequest, var asleep) ->
          create(app, Objects.requireNonNull(asked.get(pullRequest.ref())), asleep);
      case Admission.Change.Update(var pullRequest) -> {
        var environment = Objects.requireNonNull(running.get(pullRequest.ref()));
        yield update(environment, Objects.requireNonNull(asked.get(pullRequest.ref())));
      }
      case Admission.Change.Note(var pullRequest) -> {
        var environment = Objects.requireNonNull(running.get(pullRequest.ref()));
        var origin = originOf(pullRequest, environment);
        environments.want(environment.id(), origin, wanted -> wanted);
        yield Optional.empty();
      }
      case Admission.Change.Wait ignored -> Optional.of(room.full(app.cluster()));
      case Admission.Change.AwaitApproval _ -> Optional.empty();
      case Admission.Change.Remove(var ref, var reason) -> {
        var environment = Objects.requireNonNull(running.get(ref));
        environments.want(environment.id(), wanted -> wanted.removed(reason));
        events.note(
            environment.name(), Event.Level.INFO, Event.Kind.REMOVE, "is removed: " + reason);
        yield Optional.empty();
      }
    };
  }

  private Candidate candidate(App app, Asked asked, CodeHost.Seen seen) {
    var changed =
        asked.start().skip().paths().isPresent()
            ? releases.changed(app, asked.pullRequest(), seen)
            : Set.<String>of();
    return new Candidate(asked.pullRequest(), asked.start(), changed);
  }

  /// For example an unreadable row, which must not block other pull requests.
  private static void attempt(
      App app, PullRequestRef ref, List<String> troubles, Supplier<Optional<String>> work) {
    try {
      work.get().ifPresent(troubles::add);
    } catch (FaultException e) {
      troubles.add("pull request %d: %s".formatted(ref.number(), e.fault().message()));
      LOG.warn("{}, {} {}", app.name(), troubles.getLast(), e.fault().context());
    }
  }

  /// The last report of an environment comes before a notice, in the same comment.
  private void notice(App app, List<Admission.Change> changes, List<String> troubles) {
    var waiting = new ArrayList<PullRequest>();
    for (var change : changes) {
      if (change instanceof Admission.Change.AwaitApproval(var pullRequest)) {
        var name = app.environment(pullRequest.number());
        environments
            .find(name)
            .ifPresentOrElse(
                known -> troubles.add(waits(pullRequest, known)), () -> waiting.add(pullRequest));
      }
    }
    notices.seen(app, waiting, approvals.whyNever(app));
  }

  private static String waits(PullRequest pullRequest, Environment taken) {
    return (isRemoved(taken)
            ? "pull request %d waits until the `%s` of before is gone, which is being removed"
            : "pull request %d waits: `%s` is taken by another environment")
        .formatted(pullRequest.number(), taken.name());
  }

  /// What was wrong with an approved commit of a fork is mended in its target branch, without a
  /// push to the fork.
  private Optional<String> mend(@Nullable Asked now, @Nullable Environment environment) {
    return now != null
            && environment != null
            && environment.wanted().fault().isPresent()
            && now.release().isPresent()
            && !now.pullRequest().head().movedFrom(pullRequestOf(environment).head())
        ? update(environment, now)
        : Optional.empty();
  }

  private Optional<String> create(App app, Asked asked, boolean asleep) {
    var now = clock.instant();
    var power = asleep ? Power.OFF : Power.ON;
    var name = app.environment(asked.pullRequest().number());
    var origin = new Origin.OfPullRequests(asked.pullRequest());
    var wanted = asked.in(Wanted.nothingYet(power, now), power, now);
    var placement = new Placement.Nowhere(app.cluster());
    if (environments.create(name, app.name(), origin, wanted, placement).isEmpty()) {
      var taken = environments.find(name).map(known -> waits(asked.pullRequest(), known));
      return taken.or(
          () -> Optional.of("pull request %d waits".formatted(asked.pullRequest().number())));
    }
    notices.overwritten(app, asked.pullRequest());
    note(name, "opened", asked.pullRequest());
    return Optional.empty();
  }

  private static boolean isRemoved(Environment environment) {
    return environment.wanted().removal().isPresent();
  }

  /// A push wakes the environment, unless its app starts on command only, and restarts services
  /// with an ended process.
  private Optional<String> update(Environment environment, Asked asked) {
    var now = clock.instant();
    var asleep = asked.start().when() == StartSpec.When.COMMAND;
    var power = asleep ? environment.wanted().power() : Power.ON;
    var origin = originOf(asked.pullRequest(), environment);
    var broken = environment.broken();
    environments.want(
        environment.id(),
        origin,
        before -> asked.in(before, power, now).restarted(broken).retried());
    note(environment.name(), "pushed", asked.pullRequest());
    return Optional.empty();
  }

  /// Keeps the linked pull requests of the environment.
  private static Origin originOf(PullRequest pullRequest, Environment environment) {
    return environment.origin() instanceof Origin.OfPullRequests(_, var linked)
        ? new Origin.OfPullRequests(pullRequest, linked)
        : new Origin.OfPullRequests(pullRequest);
  }

  private void note(EnvironmentName name, String what, PullRequest pullRequest) {
    var text =
        "%s: %s at %s by %s"
            .formatted(
                what,
                pullRequest.branch(),
                Releases.brief(pullRequest.commit()),
                pullRequest.author());
    events.note(name, Event.Level.INFO, Event.Kind.FETCH, text);
  }

  private Map<PullRequestRef, Environment> running(AppName app) {
    var running = new LinkedHashMap<PullRequestRef, Environment>();
    for (var environment : environments.all()) {
      if (environment.app().equals(app)
          && environment.wanted().removal().isEmpty()
          && environment.origin() instanceof Origin.OfPullRequests(var lead, _)) {
        running.put(lead.ref(), environment);
      }
    }
    return running;
  }

  private static PullRequest pullRequestOf(Environment environment) {
    if (environment.origin() instanceof Origin.OfPullRequests(var lead, _)) {
      return lead;
    }
    throw new IllegalStateException("not of a pull request: " + environment.name());
  }
}
