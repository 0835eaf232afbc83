package run.ephemeral.reconciler.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.plan.Part;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.report.Reminder;
import run.ephemeral.core.spec.RemindSpec;

/// What a good colleague would say once: that an environment is about to go, that it fell asleep
/// for the first time, that a test fails which passed before. Pure.
final class Reminders {
  private static final Duration AHEAD = Duration.ofDays(1);

  private final String bot;
  private final Sentences sentences;

  Reminders(String bot, Sentences sentences) {
    this.bot = bot;
    this.sentences = sentences;
  }

  /// @param expires when the environment is removed if nothing more happens
  /// @param told the keys of those that were told
  List<Reminder> due(
      Environment environment,
      Plan plan,
      Optional<Instant> expires,
      Set<String> told,
      Instant now) {
    var release = environment.wanted().release();
    if (release.isEmpty() || Reporting.isLeft(plan)) {
      return List.of();
    }
    var all = new ArrayList<Reminder>();
    var wished = release.get().spec().remind();
    at(environment, expires)
        .filter(at -> !now.isBefore(at) && wished.ofExpiry())
        .ifPresent(_ -> all.add(expiry(environment, expires.orElseThrow())));
    release
        .get()
        .spec()
        .sleep()
        .idle()
        .filter(idle -> wished.ofSleep() && fellAsleep(environment, plan, idle, now))
        .ifPresent(idle -> all.add(sleep(environment, idle)));
    all.addAll(tests(environment, plan, wished, told));
    all.removeIf(reminder -> told.contains(reminder.key()));
    return all;
  }

  /// When the expiry is to be told: a day ahead, or of a short life its last quarter.
  Optional<Instant> at(Environment environment, Optional<Instant> expires) {
    var span = environment.wanted().release().map(it -> it.spec().expire().orDefault());
    var ahead = span.map(it -> it.dividedBy(4)).filter(it -> it.compareTo(AHEAD) < 0).orElse(AHEAD);
    return expires.map(at -> at.minus(ahead));
  }

  private Reminder expiry(Environment environment, Instant expires) {
    var text =
        "⏳ %s is removed at %s, with its data, unless somebody visits it before."
                .formatted(environment.name(), CommentText.MINUTES.format(expires))
            + " `@%1$s extend 2d` keeps it longer, `@%1$s pin` until the pull request is closed."
                .formatted(bot);
    return new Reminder("expires", Optional.of(text));
  }

  /// One that somebody sent to sleep is asleep before its time is over.
  private static boolean fellAsleep(
      Environment environment, Plan plan, Duration idle, Instant now) {
    var used = environment.lastUsedAt().orElse(environment.wanted().askedAt());
    return plan.phase() == Phase.ASLEEP
        && environment.readyAt().isPresent()
        && !now.isBefore(used.plus(idle));
  }

  private Reminder sleep(Environment environment, Duration idle) {
    var text =
        "💤 %s fell asleep, since nobody visited it for %s."
                .formatted(environment.name(), CommentText.span(idle))
            + " A visit wakes it, with its data; so does `@%s wake`.".formatted(bot);
    return new Reminder("sleeps", Optional.of(text));
  }

  /// That a test passed is remembered.
  private List<Reminder> tests(
      Environment environment, Plan plan, RemindSpec wished, Set<String> told) {
    var all = new ArrayList<Reminder>();
    for (var part : plan.parts()) {
      var passed = "passed " + part.name();
      if (part.kind() == Part.Kind.TEST && part.state() == Part.State.PASSED) {
        all.add(new Reminder(passed, Optional.empty()));
      }
      var isBroken = part.kind() == Part.Kind.TEST && part.state() == Part.State.FAILED;
      if (isBroken && told.contains(passed) && wished.ofTests()) {
        var commit = environment.wanted().release().orElseThrow().commit();
        var text =
            "🔴 The test %s passed before, and fails at %s: %s."
                .formatted(
                    Markdown.code(part.name().value()),
                    CommentText.brief(commit),
                    Markdown.text(sentences.of(part.cause())));
        all.add(new Reminder("broke " + part.name(), Optional.of(text)));
      }
    }
    return all;
  }
}
