package run.ephemeral.reconciler;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments.Claim;
import run.ephemeral.core.environment.Environments.Lease;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.NewEvent;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// One reconciliation, from claim to release.
///
/// Observes, plans, starts every step without unfinished predecessors, and repeats this whenever a
/// step ends or the environment is woken, until no step runs and none can start. Steps run in
/// parallel on virtual threads; a step that a newer plan does not have is interrupted. Steps whose
/// last predecessor just finished start at once, in parallel with the next observation.
///
/// While the store is away, steps continue and their results are kept. A lost lease ends them.
public final class Run implements Callable<Next> {
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration AFTER_TROUBLE = Duration.ofMillis(500);

  private final Reconciler reconciler;
  private final Lease lease;
  private final LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();
  private final Steps steps;
  private final Repeats repeats = new Repeats();
  private final List<Result> unrecorded = new ArrayList<>();
  private final Diary diary;
  private final EnvironmentName name;
  private Lull lull = new Lull(Duration.ZERO);

  /// Whether it has been woken since steps were planned: they may be outdated.
  private boolean woken;

  /// The environment for which the running steps were planned.
  private Optional<Environment> lookedAt = Optional.empty();

  /// The claimed environment, for the first round; empty afterwards.
  private Optional<Environment> claimed;

  Run(Reconciler reconciler, Claim claim) {
    this.reconciler = reconciler;
    this.lease = claim.lease();
    this.name = claim.environment().name();
    this.claimed = Optional.of(claim.environment());
    this.diary = new Diary(reconciler.events);
    this.steps =
        new Steps(reconciler.effects, lease.token(), ended -> news.add(new StepFinished(ended)));
  }

  /// Adds an event before those of the run. Called before [#call].
  void note(NewEvent event) {
    diary.add(event);
  }

  /// The reasons for another round.
  private sealed interface News {}

  private record Woken() implements News {}

  private record LeaseLost() implements News {}

  private record StepFinished(Steps.Finished end) implements News {}

  EnvironmentName name() {
    return name;
  }

  /// Requests another round. Called from any thread.
  public void wake() {
    news.add(new Woken());
  }

  /// Ends the run without recording anything, since the lease is lost. Called from any thread.
  public void abandon() {
    news.add(new LeaseLost());
  }

  @Override
  public Next call() throws InterruptedException {
    try {
      while (true) {
        var next = lookOrWait();
        if (next.isPresent()) {
          return next.get();
        }
      }
    } finally {
      steps.interrupt();
      awaitSteps();
      // An interrupt closes the JDBC connection in use, so a thread that is never interrupted
      // writes.
      CompletableFuture.runAsync(diary::write, Thread::startVirtualThread).join();
    }
  }

  /// Waits uninterruptibly; the interrupt flag is kept.
  private void awaitSteps() {
    var interrupted = false;
    while (!steps.isEmpty()) {
      try {
        if (news.take() instanceof StepFinished(var end)) {
          steps.remove(end);
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Repeats a round that fails, such as when the store is away, while steps or results depend on
  /// this run.
  private Optional<Next> lookOrWait() throws InterruptedException {
    try {
      if (!steps.isEmpty()) {
        reconciler.effects.giveWay(lookedAt, () -> !woken && news.isEmpty());
        var next = take(news.poll());
        if (next.isPresent()) {
          return next;
        }
      }
      return look();
    } catch (RuntimeException e) {
      if (steps.isEmpty() && unrecorded.isEmpty()) {
        throw e;
      }
      LOG.warn("{}: a round failed, {} steps continue: {}", name, steps.count(), e.toString());
      if (!Thread.currentThread().isInterrupted()) {
        diary.write();
      }
      return take(news.poll(AFTER_TROUBLE.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  /// One round. Empty to go on.
  private Optional<Next> look() throws InterruptedException {
    var isClaimed = claimed.isPresent();
    var found = claimed.or(() -> reconciler.environments.find(lease.id()));
    claimed = Optional.empty();
    if (found.isEmpty()) {
      return Optional.of(new Next.Gone());
    }
    var before = reconciler.judgeForRun(found.get());
    var environment = placed(found.get(), before);
    var attempts = environment.attempts().in(environment.wanted().round());
    for (var result : unrecorded) {
      attempts = result.in(attempts, reconciler.clock.instant());
    }
    Observed observed;
    var isBlind = false;
    try {
      observed = reconciler.effects.observe(environment);
      attempts = attempts.looked();
    } catch (FaultException e) {
      LOG.warn("{} cannot be observed: {}", environment.name(), e.fault(), e);
      var told = reconciler.effects.told(environment);
      observed = environment.observed().withTraces().withReports(told);
      attempts = attempts.lookFailed(e.fault(), reconciler.clock.instant());
      isBlind = true;
    }
    var current = environment.with(observed, attempts);
    var plan = reconciler.judge(current);
    // After a failed observation nothing was considered, so nothing is forgotten.
    attempts = isBlind ? attempts : attempts.only(plan.considered());
    var readyAt =
        plan.phase() == Phase.READY && environment.readyAt().isEmpty()
            ? Optional.of(reconciler.clock.instant().truncatedTo(ChronoUnit.MICROS))
            : Optional.<Instant>empty();
    var isNews =
        !observed.equals(environment.observed())
            || !attempts.equals(environment.attempts())
            || readyAt.isPresent();
    if (isNews && !reconciler.environments.record(lease, observed, attempts, readyAt)) {
      return Optional.of(new Next.Lost());
    }
    unrecorded.clear();
    // The report of this round says when it became ready.
    plan = readyAt.isPresent() ? reconciler.judge(current.ready(readyAt.get())) : plan;
    Announcements.phase(reconciler.sentences, environment, before, plan, readyAt)
        .forEach(diary::add);
    reconciler.watcher.looked(current, plan);
    if (plan.change().isPresent()) {
      return change(environment, plan.change().get());
    }
    lookedAt = Optional.of(current);
    steps.follow(current, plan);
    woken = false;
    announce();
    diary.write();
    if (steps.isEmpty()) {
      return Optional.of(finish(environment, plan));
    }
    return isClaimed && hasMoved(environment) ? Optional.empty() : await(plan);
  }

  /// A change between the claim and the start of this run could not wake it.
  private boolean hasMoved(Environment claimed) {
    var now = reconciler.environments.find(lease.id());
    woken = now.map(known -> known.generation() != claimed.generation()).orElse(true);
    return woken;
  }

  private Next finish(Environment environment, Plan plan) {
    if (plan.phase() == Phase.GONE) {
      if (!reconciler.environments.renew(lease, reconciler.limits.lease())) {
        return new Next.Lost();
      }
      reconciler.watcher.gone(environment.name());
      reconciler.environments.remove(lease);
      if (reconciler.environments.find(lease.id()).isPresent()) {
        return new Next.Again(reconciler.clock.instant(), false);
      }
      diary.add(Announcements.gone(environment));
      return new Next.Gone();
    }
    return plan.again().isPresent()
        ? new Next.Again(plan.again().get(), plan.settled())
        : new Next.Settled();
  }

  /// Carries out a change of the plan. Empty to continue.
  private Optional<Next> change(Environment environment, Plan.Change change) {
    switch (change) {
      // The next run places it, by the capacity of then.
      case Plan.Change.Place _ -> {
        return Optional.of(new Next.Again(reconciler.clock.instant(), false));
      }
      case Plan.Change.FallAsleep ignored -> {
        if (want(environment, environment.wanted().asleep())) {
          var line = "goes to sleep: " + reconciler.sentences.of(change);
          diary.add(new NewEvent(name, Event.Level.INFO, Event.Kind.SLEEP, line));
        }
      }
      case Plan.Change.Expire ignored -> {
        // Dismissed first, or else after a crash here the pull request would get another
        // environment.
        if (environment.origin() instanceof Origin.OfPullRequests(var lead, _)) {
          reconciler.apps.dismiss(environment.app(), lead.ref(), lead.commit());
        }
        want(environment, environment.wanted().removed(reconciler.sentences.of(change)));
      }
    }
    return Optional.empty();
  }

  /// Places the environment if the plan says so. Placement depends on the row and the clusters
  /// alone, so it comes before the observation.
  ///
  /// @return the environment, unchanged when the plan chose no cluster or the cluster is full
  private Environment placed(Environment environment, Plan plan) {
    if (!(plan.change().orElse(null) instanceof Plan.Change.Place(var chosen))) {
      return environment;
    }
    var engines = reconciler.effects.engines();
    var most = engines.most(chosen.name());
    var placed = reconciler.environments.place(lease, chosen.name(), chosen.engine(), most);
    var spec = environment.wanted().release().map(release -> release.spec());
    placed.flatMap(_ -> spec).ifPresent(it -> engines.placed(chosen.name(), it));
    if (placed.isPresent() && engines.clusters().size() > 1) {
      var line = reconciler.sentences.of(new Plan.Change.Place(chosen));
      diary.add(new NewEvent(name, Event.Level.INFO, Event.Kind.NOTE, line));
    }
    return placed.orElse(environment);
  }

  /// Changes the desired state, unless it was changed concurrently.
  private boolean want(Environment environment, Wanted next) {
    var before = environment.wanted();
    return reconciler
        .environments
        .want(environment.id(), now -> now.equals(before) ? next : now)
        .map(after -> after.wanted().equals(next))
        .orElse(false);
  }

  private void announce() {
    for (var step : steps.takeBegun()) {
      lookedAt
          .flatMap(environment -> Announcements.begins(environment, step))
          .ifPresent(diary::add);
    }
  }

  /// Adds the event of a step that ended, and keeps its result to be recorded.
  private void settle(Steps.Finished end) {
    var step = end.step();
    if (end.interrupted()) {
      return;
    }
    switch (end.outcome()) {
      case Outcome.Stale() -> {}
      case Outcome.Failed(var fault) -> {
        if (!isKnown(step, fault)) {
          Announcements.failed(name, step, fault, end.took()).ifPresent(diary::add);
        }
        LOG.info("step {} of {} failed: {} {}", step.key(), name, fault.message(), fault.context());
        unrecorded.add(new Result(step, end.outcome(), end.tried()));
      }
      case Outcome.NotYet() -> unrecorded.add(new Result(step, end.outcome(), end.tried()));
      case Outcome.Done(var detail) -> {
        Announcements.done(name, step, detail, end.took()).ifPresent(diary::add);
        var isRepeated = repeats.isTooOften(step);
        var fault = Fault.internal("`%s` has no effect".formatted(step.key()), new Throwable());
        var outcome = isRepeated ? new Outcome.Failed(fault) : end.outcome();
        unrecorded.add(new Result(step, outcome, end.tried()));
      }
    }
  }

  /// Whether the attempt before failed for the same reason.
  private boolean isKnown(Step step, Fault fault) {
    return lookedAt
        .flatMap(environment -> environment.attempts().of(step))
        .flatMap(Attempts.Attempt::fault)
        .filter(before -> before.message().equals(fault.message()))
        .isPresent();
  }

  /// Waits for news and takes all that came: several wakes and ends of steps cause one round.
  private Optional<Next> await(Plan plan) throws InterruptedException {
    lull = new Lull(patience(plan));
    var next = take(news.poll(patience(plan).toMillis(), TimeUnit.MILLISECONDS));
    var left = lull.left();
    while (left.isPositive() && next.isEmpty() && !woken && !steps.isEmpty()) {
      diary.write();
      next = take(news.poll(left.toMillis(), TimeUnit.MILLISECONDS));
      left = lull.left();
    }
    return next;
  }

  private Optional<Next> take(@Nullable News first) {
    var item = first;
    while (item != null) {
      switch (item) {
        case LeaseLost() -> {
          return Optional.of(new Next.Lost());
        }
        case StepFinished(var end) -> {
          steps.remove(end);
          if (end.outcome() instanceof Outcome.Stale && !end.interrupted()) {
            return Optional.of(new Next.Lost());
          }
          lull.saw(end);
          settle(end);
          // After a wake, the next round comes first.
          if (!woken && news.stream().noneMatch(Woken.class::isInstance)) {
            steps.goOn(end);
            announce();
          }
        }
        case Woken() -> woken = true;
      }
      item = news.poll();
    }
    return Optional.empty();
  }

  private Duration patience(Plan plan) {
    var now = reconciler.clock.instant();
    var wait = plan.again().map(at -> Duration.between(now, at)).orElse(LONGEST_WAIT);
    return wait.isNegative()
        ? Duration.ofMillis(50)
        : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }
}
