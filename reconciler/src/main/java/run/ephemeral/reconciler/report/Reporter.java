package run.ephemeral.reconciler.report;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.Publications;
import run.ephemeral.core.codehost.Publications.Publication;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Reports;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.report.Published;
import run.ephemeral.core.report.Report;
import run.ephemeral.core.report.Status;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Publishes reports at code hosts, and keeps what was published: the comment, then the statuses,
/// then the deployment, and each only if it changed.
public final class Reporter implements Reports {
  private static final Optional<Digest> NONE = Optional.empty();
  private static final String NO_REMINDER = "it is not reminded: ";
  private static final String NO_STATUS = "its commit gets no status: ";
  private static final String NO_DEPLOYMENT = "it is not listed as deployed: ";

  private final CodeHost codeHost;
  private final Publications publications;
  private final Environments environments;
  private final LogTail logs;
  private final InstantSource clock;

  public Reporter(
      CodeHost codeHost,
      Publications publications,
      Environments environments,
      LogTail logs,
      InstantSource clock) {
    this.codeHost = codeHost;
    this.publications = publications;
    this.environments = environments;
    this.logs = logs;
    this.clock = clock;
  }

  @Override
  public List<Published> published(EnvironmentKey environment) {
    return publications.of(environment.id()).stream()
        .map(
            known ->
                new Published(known.pullRequest(), known.whole(), known.reminders(), known.at()))
        .toList();
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.Report step, Fence fence) {
    if (!environments.isNewest(environment.id(), fence.lease())) {
      return new Outcome.Stale();
    }
    var report = step.report();
    var conversation =
        codeHost
            .conversation(report.pullRequest().repository())
            .orElseThrow(
                () -> new FaultException(Fault.user("this code host has no pull requests")));
    return new Publishing(environment.id(), fence.lease(), report, conversation).all(step.last());
  }

  /// One report on its way. What is about to be written counts as unknown until it is written: an
  /// interrupt or a crash leaves nobody with an older text that counts as the present one.
  private final class Publishing {
    private final EnvironmentId environment;
    private final long lease;
    private final Report report;
    private final Conversation conversation;
    private Optional<FaultException> important = Optional.empty();
    private final List<String> refusals = new ArrayList<>();
    private Publication opened;
    private boolean isStale;

    Publishing(EnvironmentId environment, long lease, Report report, Conversation conversation) {
      this.environment = environment;
      this.lease = lease;
      this.report = report;
      this.conversation = conversation;
      opened = Publication.none(report.pullRequest(), clock.instant());
    }

    /// What a host refuses keeps nothing else from being told. A refused comment is tried again,
    /// other parts with the next report.
    Outcome all(boolean isLast) {
      var ref = report.pullRequest();
      var before =
          publications.of(environment).stream()
              .filter(known -> known.pullRequest().equals(ref))
              .findFirst()
              .orElseGet(() -> Publication.none(ref, clock.instant()));
      // Nobody comes back for a deployment: at the end it goes first, and is as important.
      var now = isLast ? unlessRefused(before, this::deployment, this::important) : before;
      now = unlessRefused(now, this::comment, this::important);
      now =
          unlessRefused(
              now, this::reminders, it -> refusals.add(NO_REMINDER + it.fault().message()));
      now = unlessRefused(now, this::statuses, it -> say(before.statuses(), before, NO_STATUS, it));
      if (!isLast) {
        now =
            unlessRefused(
                now, this::deployment, it -> say(before.deployment(), before, NO_DEPLOYMENT, it));
      }
      if (important.isPresent() && !isStale) {
        throw important.get();
      }
      record(now, Optional.of(report.digest()));
      if (isStale) {
        // What was written may be over what a newer lease wrote.
        publications.doubt(environment);
        return new Outcome.Stale();
      }
      return new Outcome.Done(String.join("; ", refusals));
    }

    private void important(FaultException refusal) {
      important = important.or(() -> Optional.of(refusal));
    }

    /// Once: a part that was missing before was refused before.
    private void say(
        Optional<Digest> part, Publication before, String what, FaultException refusal) {
      if (part.isPresent() || before.whole().isEmpty()) {
        refusals.add(what + refusal.fault().message());
      }
    }

    private Publication record(Publication publication, Optional<Digest> whole) {
      var next = publication.withWhole(whole, clock.instant());
      isStale |= !publications.record(environment, lease, next);
      return next;
    }

    /// What is about to be written.
    private Publication open(Publication publication) {
      return record(publication, NONE);
    }

    private Publication unlessRefused(
        Publication before, UnaryOperator<Publication> part, Consumer<FaultException> refused) {
      try {
        return isStale ? before : part.apply(before);
      } catch (FaultException e) {
        if (e.fault().kind() != Fault.Kind.USER) {
          throw e;
        }
        refused.accept(e);
        return opened;
      }
    }

    private Publication comment(Publication before) {
      var wished = Optional.of(report.comment());
      if (before.text().equals(wished)) {
        return before;
      }
      opened = open(before.withComment(before.comment(), NONE));
      if (isStale) {
        return opened;
      }
      var marker = report.text().lines().findFirst().orElse("");
      var text = report.text() + logs.of(environment, report.log());
      var id = conversation.comment(report.pullRequest(), opened.comment(), marker, text);
      return open(opened.withComment(Optional.of(id), wished));
    }

    /// Recorded first: a reminder that is lost in a crash is better than one that comes twice.
    private Publication reminders(Publication before) {
      opened = before;
      for (var reminder : report.reminders()) {
        if (opened.reminders().contains(reminder.key()) || isStale) {
          continue;
        }
        opened = open(opened.reminding(reminder.key()));
        if (!isStale) {
          reminder.text().ifPresent(text -> conversation.answer(report.pullRequest(), text));
        }
      }
      return opened;
    }

    private Publication statuses(Publication before) {
      var wished = Optional.of(report.statusesAtCommit());
      if (before.statuses().equals(wished)) {
        return before;
      }
      opened = open(before.withStatuses(NONE));
      for (var status : isStale ? List.<Status>of() : report.statuses()) {
        conversation.status(report.pullRequest().repository(), report.commit(), status);
      }
      return open(opened.withStatuses(wished));
    }

    private Publication deployment(Publication before) {
      var wished = Optional.of(report.deploymentAtCommit());
      if (before.deployment().equals(wished)) {
        return before;
      }
      opened = open(before.withDeployment(NONE));
      if (!isStale) {
        var repository = report.pullRequest().repository();
        report
            .deployment()
            .ifPresent(known -> conversation.deployment(repository, report.commit(), known));
      }
      return open(opened.withDeployment(wished));
    }
  }
}
