package run.ephemeral.reconciler.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.plan.Cause;
import run.ephemeral.core.plan.Part;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.AppName;

/// The comment at a pull request, as Markdown. The same environment gives the same text: it has no
/// ages and no times of next attempts, which would change it all the time.
final class CommentText {
  /// GitHub takes 65,536 characters; the rest is for the last lines of a log.
  private static final int LONGEST = 50_000;

  private static final int COMMIT = 10;
  static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

  private final Domain domain;
  private final Sentences sentences;
  private final Environment environment;
  private final Plan plan;
  private final StringBuilder text = new StringBuilder();

  private CommentText(Domain domain, Sentences sentences, Environment environment, Plan plan) {
    this.domain = domain;
    this.sentences = sentences;
    this.environment = environment;
    this.plan = plan;
  }

  /// @param marker by which the comment is found again
  /// @param bot the name that commands begin with
  static String of(
      String marker,
      String bot,
      Domain domain,
      Sentences sentences,
      Environment environment,
      Plan plan) {
    var comment = new CommentText(domain, sentences, environment, plan);
    comment.write(bot);
    var all = comment.text.toString();
    return marker + "\n" + (all.length() > LONGEST ? all.substring(0, LONGEST) + "…" : all);
  }

  /// By which a comment about an app is found again.
  static String marker(String installation, AppName app) {
    return "<!-- ephemeral.run %s %s -->".formatted(installation, app);
  }

  private void write(String bot) {
    heading();
    if (plan.phase() == Phase.GONE) {
      line("%s.".formatted(because()));
      line(
          "`@%s update` or a push makes it again while the pull request is open and not left out."
              .formatted(bot));
      return;
    }
    // A failing part is explained in its row.
    if (plan.phase() != Phase.READY && !(plan.cause() instanceof Cause.PartFails)) {
      line(because() + ".");
    }
    fork(bot);
    parts();
    line(String.join(" · ", facts()));
    environment.wanted().release().ifPresent(this::inside);
    commands(bot);
  }

  private void fork(String bot) {
    if (!(environment.origin() instanceof Origin.OfPullRequests(var lead, _))) {
      return;
    }
    switch (lead.trust()) {
      case Trust.Own() -> {}
      case Trust.Fork(_) ->
          line(
              "The newest commit of the fork is not approved and does not run; `@%s approve` says"
                      .formatted(bot)
                  + " how.");
      case Trust.Approved(_, _, var by) ->
          line(
              "Of a fork, approved by %s. It has no secrets, and `ephemeral.yaml` is that of the"
                      .formatted(Markdown.text(by))
                  + " target branch.");
    }
  }

  private void heading() {
    var name = environment.name().value();
    var front = environment.wanted().front();
    var isReached = plan.phase() != Phase.GONE && plan.phase() != Phase.REMOVING;
    var shown =
        front.isPresent() && isReached
            ? "[%s](%s)".formatted(name, domain.url(environment.name()))
            : name;
    line("### %s %s %s%s".formatted(sign(plan.phase()), shown, word(plan.phase()), tests()));
  }

  private String tests() {
    var failed = plan.parts().stream().filter(part -> part.state() == Part.State.FAILED).count();
    return plan.phase() != Phase.READY || failed == 0
        ? ""
        : failed == 1 ? ", but a test fails" : ", but %d tests fail".formatted(failed);
  }

  private static String sign(Phase phase) {
    return switch (phase) {
      case QUEUED, BUILDING, STARTING, WAKING -> "🟡";
      case READY -> "🟢";
      case FAILING -> "🔴";
      case ASLEEP -> "💤";
      case REMOVING, GONE -> "⚪";
    };
  }

  private static String word(Phase phase) {
    return switch (phase) {
      case QUEUED -> "is queued";
      case BUILDING -> "is being built";
      case STARTING -> "starts";
      case READY -> "is ready";
      case FAILING -> "fails";
      case ASLEEP -> "is asleep";
      case WAKING -> "wakes up";
      case REMOVING -> "is being removed";
      case GONE -> "was removed";
    };
  }

  private String because() {
    return Markdown.text(sentences.of(plan.cause()));
  }

  private void parts() {
    if (plan.parts().isEmpty()) {
      return;
    }
    var table = new StringBuilder("| | | |\n|---|---|---|\n");
    for (var part : plan.parts()) {
      var name = Markdown.text(part.name().value());
      var note = Markdown.cell(note(part));
      table.append("| **%s** | %s | %s |\n".formatted(name, part.state().word(), note));
    }
    line(table.toString().stripTrailing());
  }

  private String note(Part part) {
    var why = Markdown.text(sentences.of(part.cause()));
    return switch (part.state()) {
      case READY -> address(part).orElse(part.kind() == Part.Kind.SERVICE ? "" : why);
      case WAITING, BUILDING, STARTING, FAILING, STOPPED, PASSED, FAILED -> why;
    };
  }

  private Optional<String> address(Part part) {
    return environment
        .wanted()
        .release()
        .map(release -> release.spec().services().get(part.name()))
        .filter(service -> service.isPublic())
        .map(_ -> "<%s>".formatted(domain.url(environment.name(), part.name())));
  }

  private List<String> facts() {
    var facts = new ArrayList<String>();
    var wanted = environment.wanted();
    wanted.release().ifPresent(release -> facts.add(commits(release)));
    // The store keeps microseconds of it.
    var asked = wanted.askedAt().truncatedTo(ChronoUnit.MICROS);
    environment
        .readyAt()
        .filter(at -> plan.phase() == Phase.READY && !at.isBefore(asked))
        .ifPresent(at -> facts.add("ready in " + seconds(Duration.between(began(asked, at), at))));
    wanted
        .release()
        .flatMap(release -> release.spec().sleep().idle())
        .ifPresent(idle -> facts.add("sleeps after %s without a visit".formatted(span(idle))));
    facts.add(
        wanted
            .expiresAt()
            .map(this::expiry)
            .orElse("pinned: stays until it is unpinned or the pull request is closed"));
    return facts;
  }

  /// The newest commit may be one that cannot be used.
  private String commits(Release release) {
    var newest =
        environment.origin() instanceof Origin.OfPullRequests(var lead, _)
            ? lead.commit()
            : release.commit();
    return environment.wanted().fault().isPresent() && !newest.equals(release.commit())
        ? "commit %s; %s cannot be used".formatted(brief(release.commit()), brief(newest))
        : "commit " + brief(release.commit());
  }

  /// Visits move the end, and the text has to stay the same then.
  private String expiry(Instant at) {
    var after = environment.wanted().release().map(release -> release.spec().expire().orDefault());
    return "stays until " + MINUTES.format(at) + after.map(this::longer).orElse("");
  }

  private String longer(Duration after) {
    return ", or %s after its last visit".formatted(span(after));
  }

  /// One that slept at first began when it was woken.
  private Instant began(Instant asked, Instant ready) {
    var woken = environment.wanted().wokenAt();
    return woken.filter(at -> at.isAfter(asked) && !at.isAfter(ready)).orElse(asked);
  }

  static String brief(String commit) {
    return Markdown.code(commit.substring(0, Math.min(COMMIT, commit.length())));
  }

  private static String seconds(Duration took) {
    return took.toSeconds() < 60
        ? String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0)
        : "%d min %d s".formatted(took.toMinutes(), took.toSecondsPart());
  }

  static String span(Duration span) {
    return span.toHours() >= 48 && span.toHoursPart() == 0
        ? span.toDays() + " days"
        : span.toMinutes() >= 120 && span.toMinutesPart() == 0
            ? span.toHours() + " h"
            : span.toMinutes() >= 1 ? span.toMinutes() + " min" : span.toSeconds() + " s";
  }

  private void inside(Release release) {
    if (!(environment.placement() instanceof Placement.On on)) {
      return;
    }
    var table = new StringBuilder("| | |\n|---|---|\n");
    for (var component : Components.fitting(release, on.engine()).all()) {
      var what = what(component);
      var name = Markdown.text(component.name().value());
      table.append("| **%s** | %s |\n".formatted(name, Markdown.cell(what)));
    }
    fold("What is inside", table.toString());
  }

  private String what(Component component) {
    return switch (component) {
      case Component.Program program ->
          "process of folder " + Markdown.code(program.source().source().path());
      case Component.Container container ->
          image(container)
              .map(
                  image ->
                      "%s, found by tag %s"
                          .formatted(Markdown.code(image.reference()), Markdown.code(image.tag())))
              .orElse("image " + Markdown.code(container.image().image()));
      case Component.Chart chart -> "chart " + Markdown.code(chart.chart().path());
      case Component.Database database ->
          "PostgreSQL"
              + database.seed().map(seed -> ", seed " + Markdown.code(seed.path())).orElse("");
      case Component.Test test -> "test " + Markdown.code(test.run());
    };
  }

  private Optional<Artifact.Image> image(Component.Container container) {
    var found = environment.observed().artifacts().get(container.image().key());
    return found instanceof Artifact.Image image ? Optional.of(image) : Optional.empty();
  }

  private void commands(String bot) {
    fold("Commands", "Write one of these as a comment:\n\n" + CommandTable.of(bot));
  }

  private void fold(String title, String content) {
    line(
        "<details><summary>%s</summary>\n\n%s\n</details>"
            .formatted(title, content.stripTrailing() + "\n"));
  }

  private void line(String line) {
    text.append(line).append("\n\n");
  }
}
