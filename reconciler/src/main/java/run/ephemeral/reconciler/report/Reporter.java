package run.ephemeral.reconciler.report;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Publishes reports at code hosts, and keeps what was published. The comment is written before the
/// statuses, and each only if it changed.
public final class Reporter implements Reports {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
  private static final Optional<Digest> NONE = Optional.empty();
  private static final Optional<String> NO_ID = Optional.empty();
  private static final int LAST_LINES = 20;
  private static final int LONGEST_LINE = 300;

  private final CodeHost codeHost;
  private final Publications publications;
  private final Environments environments;
  private final LastLines lastLines;
  private final InstantSource clock;

  public Reporter(
      CodeHost codeHost,
      Publications publications,
      Environments environments,
      LastLines lastLines,
      InstantSource clock) {
    this.codeHost = codeHost;
    this.publications = publications;
    this.environments = environments;
    this.lastLines = lastLines;
    this.clock = clock;
  }

  /// Reads the end of a log.
  public interface LastLines {
    /// @return empty when there is no such log
    List<String> of(EnvironmentId environment, Report.Log log, int most);
  }

  @Override
  public List<Published> published(EnvironmentKey environment) {
    return publications.of(environment.id()).stream()
        .map(known -> new Published(known.pullRequest(), known.whole(), known.at()))
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
    return new Publishing(environment.id(), fence.lease(), report, conversation).all();
  }

  /// One report on its way. What is about to be written counts as unknown until it is written: an
  /// interrupt or a crash leaves nobody with an older text that counts as the present one.
  private final class Publishing {
    private final EnvironmentId environment;
    private final long lease;
    private final Report report;
    private final Conversation conversation;
    private boolean isStale;

    Publishing(EnvironmentId environment, long lease, Report report, Conversation conversation) {
      this.environment = environment;
      this.lease = lease;
      this.report = report;
      this.conversation = conversation;
    }

    Outcome all() {
      var ref = report.pullRequest();
      var before =
          publications.of(environment).stream()
              .filter(known -> known.pullRequest().equals(ref))
              .findFirst()
              .orElseGet(() -> new Publication(ref, NO_ID, NONE, NONE, NONE, clock.instant()));
      var commented = comment(before);
      var refusal = isStale ? Optional.<String>empty() : statuses(commented);
      var statuses = refusal.isEmpty() ? Optional.of(report.statusesAtCommit()) : NONE;
      record(commented.comment(), commented.text(), statuses, Optional.of(report.digest()));
      if (isStale) {
        // What was written may be over what a newer lease wrote.
        publications.doubt(environment);
        return new Outcome.Stale();
      }
      var isKnown = before.whole().isPresent() && before.statuses().isEmpty();
      return new Outcome.Done(isKnown ? "" : refusal.orElse(""));
    }

    private Publication record(
        Optional<String> comment,
        Optional<Digest> text,
        Optional<Digest> statuses,
        Optional<Digest> whole) {
      var now = clock.instant();
      var next = new Publication(report.pullRequest(), comment, text, statuses, whole, now);
      isStale |= !publications.record(environment, lease, next);
      return next;
    }

    private Publication comment(Publication before) {
      if (before.text().equals(Optional.of(report.comment()))) {
        return before;
      }
      var open = record(before.comment(), NONE, before.statuses(), NONE);
      if (isStale) {
        return open;
      }
      var marker = report.text().lines().findFirst().orElse("");
      var text = report.text() + tail(environment, report);
      var id = conversation.comment(report.pullRequest(), open.comment(), marker, text);
      return record(Optional.of(id), Optional.of(report.comment()), open.statuses(), NONE);
    }

    private static boolean isNothing(Report report) {
      return report.statuses().isEmpty() && report.deployment().isEmpty();
    }

    /// A token that may not set statuses can still comment: the comment waits for nobody, and the
    /// next report tries again.
    ///
    /// @return why the host refuses them
    private Optional<String> statuses(Publication before) {
      if (isNothing(report) || before.statuses().equals(Optional.of(report.statusesAtCommit()))) {
        return Optional.empty();
      }
      record(before.comment(), before.text(), NONE, NONE);
      if (isStale) {
        return Optional.empty();
      }
      try {
        for (var status : report.statuses()) {
          conversation.status(report.pullRequest().repository(), report.commit(), status);
        }
        if (report.deployment().isPresent()) {
          conversation.deployment(
              report.pullRequest().repository(), report.commit(), report.deployment().get());
        }
        return Optional.empty();
      } catch (FaultException e) {
        if (e.fault().kind() != Fault.Kind.USER) {
          throw e;
        }
        return Optional.of("its commit gets no status: " + e.fault().message());
      }
    }
  }

  /// A log that cannot be read keeps nothing from being told.
  private String tail(EnvironmentId environment, Report report) {
    if (report.log().isEmpty()) {
      return "";
    }
    var log = report.log().get();
    try {
      var lines =
          lastLines.of(environment, log, LAST_LINES).stream()
              .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line)
              .toList();
      return lines.isEmpty()
          ? ""
          : "<details open><summary>The last lines of %s</summary>\n\n%s\n</details>\n"
              .formatted(log.component(), Markdown.block(lines));
    } catch (RuntimeException e) {
      LOG.warn("the log of {} of environment {} cannot be read", log.component(), environment, e);
      return "";
    }
  }
}
