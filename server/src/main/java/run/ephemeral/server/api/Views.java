package run.ephemeral.server.api;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.app.App;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.gateway.Reception;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Part;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.release.Release;
import run.ephemeral.reconciler.Following;
import run.ephemeral.reconciler.Reconciler;
import run.ephemeral.server.Inspections;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.EventView;
import run.ephemeral.wire.PullRequestView;

/// Maps domain records to wire records.
@Singleton
final class Views {
  private final Reconciler reconciler;
  private final Reception reception;
  private final Domain domain;
  private final Inspections inspections;
  private final Sentences sentences;

  Views(
      Reconciler reconciler,
      Reception reception,
      Domain domain,
      Inspections inspections,
      Sentences sentences) {
    this.reconciler = reconciler;
    this.reception = reception;
    this.domain = domain;
    this.inspections = inspections;
    this.sentences = sentences;
  }

  EnvironmentView environment(Environment environment) {
    var plan = reconciler.judge(environment);
    var wanted = environment.wanted();
    var release = wanted.release();
    var hasFront = wanted.front().isPresent();
    // Its row is there: a step under way may still make something.
    var isLeft = plan.phase() == Phase.GONE;
    var readyMillis =
        environment
            .readyAt()
            .filter(at -> !at.isBefore(wanted.askedAt()))
            .map(at -> Duration.between(wanted.askedAt(), at).toMillis());
    var used = reception.lastUsed(environment.name()).or(() -> environment.lastUsedAt());
    return new EnvironmentView(
        environment.name().value(),
        environment.app().value(),
        isLeft ? Phase.REMOVING.word() : plan.phase().word(),
        sentences.of(plan.cause()),
        Causes.of(plan.cause()),
        hasFront ? domain.url(environment.name()) : null,
        pullRequest(environment),
        directory(environment),
        release.map(Release::commit).orElse(null),
        cluster(environment),
        !isLeft && environment.settled() && plan.settled(),
        environment.createdAt(),
        environment.changedAt(),
        readyMillis.orElse(null),
        used.orElse(null),
        reconciler.expiresAt(environment).orElse(null),
        release.isPresent() && wanted.expiresAt().isEmpty(),
        plan.parts().stream().map(part -> component(environment, part)).toList());
  }

  static AppView app(App app, List<Following.Standing> pullRequests) {
    return new AppView(
        app.name().value(),
        app.label(),
        app.shownSource(),
        !app.repository().isPlainGit(),
        app.defaultBranch(),
        app.addedAt(),
        app.problem().orElse(null),
        app.cluster().map(ClusterSelector::toString).orElse(null),
        pullRequests.stream().map(Views::pullRequest).toList());
  }

  private static PullRequestView pullRequest(Following.Standing standing) {
    return pullRequest(
        standing.pullRequest(),
        standing.environment().map(EnvironmentName::value).orElse(null),
        standing.whyNone().orElse(null));
  }

  private static @Nullable PullRequestView pullRequest(Environment environment) {
    return switch (environment.origin()) {
      case Origin.OfPullRequests(var lead, _) ->
          pullRequest(lead, environment.name().value(), null);
      case Origin.OfWorkingTree ignored -> null;
      case Origin.Unknown ignored -> null;
    };
  }

  private static PullRequestView pullRequest(
      PullRequest known, @Nullable String environment, @Nullable String note) {
    return new PullRequestView(
        known.number(),
        known.title(),
        known.branch(),
        known.author(),
        known.commit(),
        environment,
        note);
  }

  private static @Nullable String cluster(Environment environment) {
    return environment.placement() instanceof Placement.On(var cluster, _, _)
        ? cluster.value()
        : null;
  }

  private static @Nullable String directory(Environment environment) {
    return switch (environment.origin()) {
      case Origin.OfPullRequests _ -> null;
      case Origin.Unknown ignored -> null;
      case Origin.OfWorkingTree tree -> tree.directory();
    };
  }

  private ComponentView component(Environment environment, Part part) {
    var isService = part.kind() == Part.Kind.SERVICE;
    var spec =
        environment.wanted().release().map(known -> known.spec().services().get(part.name()));
    var isPublic = spec.isPresent() && spec.get().isPublic();
    var serving =
        environment.observed().instancesOf(part.name()).stream()
            .filter(Instance::routed)
            .findFirst();
    var newest =
        environment.observed().instancesOf(part.name()).stream()
            .max(java.util.Comparator.comparing(Instance::startedAt));
    Optional<String> address =
        isService ? inspections.address(environment, part.name()) : Optional.empty();
    return new ComponentView(
        part.kind().word(),
        part.name().value(),
        part.state().word(),
        sentences.of(part.cause()),
        Causes.of(part.cause()),
        isPublic ? domain.url(environment.name(), part.name()) : null,
        address.orElse(null),
        serving.map(Instance::pid).orElse(null),
        newest.map(instance -> instance.attempt() - 1).orElse(0));
  }

  static EventView event(run.ephemeral.core.environment.Event event) {
    return new EventView(
        event.id(),
        event.at(),
        event.environment().value(),
        event.level().name().toLowerCase(Locale.ROOT),
        event.kind().word(),
        event.component().map(Object::toString).orElse(null),
        event.text(),
        event.took().map(Duration::toMillis).orElse(null));
  }
}
