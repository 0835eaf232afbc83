package run.ephemeral.reconciler.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import run.ephemeral.core.Fault;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.plan.Cause;
import run.ephemeral.core.plan.Part;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.report.Deployment;
import run.ephemeral.core.report.Published;
import run.ephemeral.core.report.Reminder;
import run.ephemeral.core.report.Report;
import run.ephemeral.core.report.Status;
import run.ephemeral.core.step.Step;

/// The last judge of a plan: whether the pull request knows it, and else the step that tells it.
///
/// Ready, failing and asleep are told at once, progress after [#FIRST] and at most every
/// [#BETWEEN]: what is ready within a moment is told once. The row of an
/// environment goes only after its last report, which is given up after [#TRIES] and
/// [#TRIES_OF_HOST].
public final class Reporting {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration BETWEEN = Duration.ofSeconds(10);

  /// After refusals, such as of a repository that was renamed: half a minute. Meanwhile the name of
  /// the environment is taken.
  private static final int TRIES = 5;

  /// While the host is away or its rate limit is used up: about two hours.
  private static final int TRIES_OF_HOST = 21;

  private final String installation;
  private final String bot;
  private final Supplier<Domain> domain;
  private final Sentences sentences;
  private final Limits limits;
  private final Reminders reminders;

  /// @param installation distinguishes comments of several control planes at one pull request
  /// @param bot the name that commands in comments begin with
  public Reporting(
      String installation,
      String bot,
      Supplier<Domain> domain,
      Sentences sentences,
      Limits limits) {
    this.installation = installation;
    this.bot = bot;
    this.domain = domain;
    this.sentences = sentences;
    this.limits = limits;
    this.reminders = new Reminders(bot, sentences);
  }

  /// The plan, with the step that tells the pull request of it if there is anything new to tell.
  ///
  /// @param expires when the environment is removed if nothing more happens
  public Plan last(Environment environment, Plan plan, Optional<Instant> expires, Instant now) {
    return environment
        .origin()
        .told()
        .map(it -> last(environment, plan, it, expires, now))
        .orElse(plan);
  }

  private Plan last(
      Environment environment,
      Plan plan,
      PullRequest pullRequest,
      Optional<Instant> expires,
      Instant now) {
    var published =
        environment.observed().reports().stream()
            .filter(known -> known.pullRequest().equals(pullRequest.ref()))
            .findFirst();
    if (isUnsaid(plan, published)) {
      return plan;
    }
    var told = published.map(Published::reminders).orElse(Set.of());
    var due = reminders.due(environment, plan, expires, told, now);
    var report = report(environment, plan, pullRequest, due);
    if (due.isEmpty()
        && published.flatMap(Published::digest).equals(Optional.of(report.digest()))) {
      var next = reminders.at(environment, expires).filter(now::isBefore);
      return next.map(plan::lookingAgain).orElse(plan);
    }
    var isEnd = plan.phase() == Phase.GONE;
    var step = new Step.Report(report, isEnd, "the pull request does not say so yet");
    var failed = environment.attempts().in(environment.wanted().round()).of(step);
    if (isEnd && failed.filter(Reporting::isGivenUp).isPresent()) {
      return plan;
    }
    var shown = isEnd ? Phase.REMOVING : plan.phase();
    var then =
        earliest(plan, published, failed, begun(environment.wanted(), plan), step)
            .filter(now::isBefore);
    var next = then.isEmpty() ? Optional.<Step>of(step) : Optional.<Step>empty();
    return plan.reporting(shown, step.key(), next, then);
  }

  private static boolean isGivenUp(Attempts.Attempt failed) {
    var isRefused = failed.why().kind() == Fault.Kind.USER;
    return failed.count() >= (isRefused ? TRIES : TRIES_OF_HOST);
  }

  /// A removal that goes well is told once, when it is done; and never where nothing was said.
  private static boolean isUnsaid(Plan plan, Optional<Published> published) {
    return switch (plan.phase()) {
      case REMOVING ->
          published.isEmpty()
              || (plan.cause() instanceof Cause.IsRemoved(_, var troubles) && troubles.isEmpty());
      case GONE -> published.isEmpty();
      case QUEUED, BUILDING, STARTING, READY, FAILING, ASLEEP, WAKING -> false;
    };
  }

  private static Instant begun(Wanted wanted, Plan plan) {
    return plan.phase() == Phase.WAKING
        ? wanted.wokenAt().orElse(wanted.askedAt())
        : wanted.askedAt();
  }

  private Optional<Instant> earliest(
      Plan plan,
      Optional<Published> published,
      Optional<Attempts.Attempt> failed,
      Instant begun,
      Step.Report step) {
    if (failed.isPresent()) {
      var last = failed.get();
      var wait = limits.retry().after(last.count(), step.key().toString());
      return Optional.of(last.lastAt().plus(wait));
    }
    if (!isProgress(plan.phase())) {
      return Optional.empty();
    }
    var next = published.map(known -> known.at().plus(BETWEEN)).orElse(begun.plus(FIRST));
    // Most that a visitor wakes are ready before anybody has to know.
    var first = plan.phase() == Phase.WAKING ? begun.plus(BETWEEN) : next;
    return Optional.of(first.isAfter(next) ? first : next);
  }

  private static boolean isProgress(Phase phase) {
    return switch (phase) {
      case QUEUED, BUILDING, STARTING, WAKING, REMOVING -> true;
      case READY, FAILING, ASLEEP, GONE -> false;
    };
  }

  private Report report(
      Environment environment, Plan plan, PullRequest pullRequest, List<Reminder> due) {
    var marker = CommentText.marker(installation, environment.app());
    var text = CommentText.of(marker, bot, domain.get(), sentences, environment, plan);
    var log =
        plan.parts().stream()
            .filter(part -> part.state() == Part.State.FAILING || part.state() == Part.State.FAILED)
            .findFirst()
            .map(part -> new Report.Log(part.name(), part.log()));
    return new Report(
        pullRequest.ref(),
        pullRequest.commit(),
        text,
        log,
        statuses(environment, plan),
        deployment(environment, plan),
        due);
  }

  /// Asleep and removed ones keep the status that the release has deserved, also while a visitor
  /// wakes them: none of a sleeper that was never ready, whose former status stays.
  private static Optional<Status.State> state(Environment environment, Plan plan) {
    var isBroken = environment.wanted().fault().isPresent();
    var wasReady = !isBroken && environment.readyAt().isPresent();
    return switch (plan.phase()) {
      case QUEUED, BUILDING, STARTING -> Optional.of(Status.State.PENDING);
      case READY -> Optional.of(Status.State.SUCCESS);
      case FAILING -> Optional.of(Status.State.FAILURE);
      case ASLEEP, WAKING ->
          wasReady
              ? Optional.of(Status.State.SUCCESS)
              : isBroken ? Optional.of(Status.State.FAILURE) : Optional.empty();
      case REMOVING, GONE -> Optional.of(wasReady ? Status.State.SUCCESS : Status.State.FAILURE);
    };
  }

  private List<Status> statuses(Environment environment, Plan plan) {
    var state = state(environment, plan);
    if (state.isEmpty()) {
      return List.of();
    }
    var isLeft = isLeft(plan);
    var name = "ephemeral/" + environment.app();
    var url = url(environment, plan);
    var all = new ArrayList<Status>();
    var text = (isLeft ? "removed: " : "") + text(plan.phase(), state.get(), plan.cause());
    all.add(new Status(name, state.get(), text, url));
    // What runs and is tested is not the newest commit if that cannot be used.
    var isTested = environment.wanted().fault().isEmpty();
    for (var part : plan.parts()) {
      if (part.kind() == Part.Kind.TEST && isTested) {
        var result = sentences.of(part.cause());
        all.add(new Status(name + "/" + part.name(), result(part.state()), result, url));
      }
    }
    return all;
  }

  static boolean isLeft(Plan plan) {
    return plan.phase() == Phase.REMOVING || plan.phase() == Phase.GONE;
  }

  private Optional<String> url(Environment environment, Plan plan) {
    var front = environment.wanted().front();
    return front.filter(_ -> !isLeft(plan)).map(_ -> domain.get().url(environment.name()));
  }

  /// None of a fork: hosts tell others of deployments, which may act on the commit with secrets.
  private Optional<Deployment> deployment(Environment environment, Plan plan) {
    if (!environment.origin().isOwn()) {
      return Optional.empty();
    }
    var state =
        isLeft(plan)
            ? Optional.of(Deployment.State.INACTIVE)
            : state(environment, plan).map(Reporting::deployed);
    return state.map(
        known ->
            new Deployment(
                environment.name().value(), installation, known, url(environment, plan)));
  }

  private static Deployment.State deployed(Status.State state) {
    return switch (state) {
      case PENDING -> Deployment.State.RUNNING;
      case SUCCESS -> Deployment.State.READY;
      case FAILURE -> Deployment.State.FAILED;
    };
  }

  /// Without what changes with every try, and with every visit.
  private String text(Phase phase, Status.State state, Cause cause) {
    if ((phase == Phase.ASLEEP || phase == Phase.WAKING) && state == Status.State.SUCCESS) {
      return sentences.of(new Cause.AllAnswer());
    }
    return cause instanceof Cause.PartFails(var part, _)
        ? part + " fails; the comment at the pull request says why"
        : sentences.of(cause);
  }

  private static Status.State result(Part.State state) {
    return switch (state) {
      case PASSED, READY -> Status.State.SUCCESS;
      case FAILED, FAILING -> Status.State.FAILURE;
      case WAITING, BUILDING, STARTING, STOPPED -> Status.State.PENDING;
    };
  }
}
