package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Event;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.reconciler.Life.Effect;
import run.ephemeral.reconciler.Life.Killed;
import run.ephemeral.reconciler.Life.Point;
import run.ephemeral.store.PostgresStore;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.FakeConversation;
import run.ephemeral.testkit.FakeEngine;
import run.ephemeral.testkit.PullRequests;
import run.ephemeral.testkit.TestPostgres;

/// The whole life of an environment, which can be repeated with new environments: it comes up, gets
/// a push, sleeps, wakes, is restarted, crashes and is removed. After each part the observed state
/// must match the desired one.
final class Story implements AutoCloseable {
  private final InstantSource clock = InstantSource.system();
  private static final String REMOVAL = "nobody wants it";

  private final EngineKind kind;
  private final Sentences sentences;
  private final PostgresStore store;
  private final AtomicInteger next = new AtomicInteger();

  /// The record of one story.
  ///
  /// @param late the outcome of the step that a life was about to perform, performed after the end
  ///     of the story
  record Told(
      List<Effect> effects,
      List<String> performed,
      List<String> events,
      int lives,
      Optional<Object> late) {}

  Story(EngineKind kind, Sentences sentences) {
    this.kind = kind;
    this.sentences = sentences;
    var server = TestPostgres.server();
    var url = TestPostgres.database() + "?options=-c%20synchronous_commit=off";
    store = PostgresStore.open(url, server.user(), server.password());
  }

  /// @param end where the first life of the control plane ends
  Told tell(Optional<Point> end) {
    return new Telling(next.incrementAndGet(), end).all();
  }

  /// One run of the story.
  private final class Telling {
    private final int number;
    private final EnvironmentName name;
    private final FakeEngine engine = new FakeEngine(kind, clock);
    private final FakeConversation conversation = new FakeConversation();
    private final Life first;
    private Life life;
    private final boolean isUsual;
    private int lives = 1;
    private Release release = Shop.release("w1", "a1");

    Telling(int number, Optional<Point> end) {
      this.number = number;
      isUsual = end.isEmpty();
      name = EnvironmentName.of("shop", number);
      first = new Life(store, engine, conversation, sentences, clock, end);
      life = first;
    }

    Told all() {
      life.start();
      create();
      isUp(1);
      var place = find().orElseThrow().key();
      release = Shop.release("w2", "a1");
      push();
      isUp(1);
      want(wanted -> wanted.power() == Power.OFF, Wanted::asleep);
      sleeps();
      want(wanted -> wanted.power() == Power.ON, wanted -> wanted.awake(clock.instant()));
      isUp(1);
      want(wanted -> !wanted.restarts().isEmpty(), wanted -> wanted.restarted(Set.of(Shop.API)));
      isUp(1);
      engine.crash(place.id(), Shop.API, "was killed");
      ask(found -> false, environments -> environments.wake(place.id(), ClusterName.LOCAL));
      isUp(2);
      want(wanted -> wanted.removal().isPresent(), wanted -> wanted.removed(REMOVAL));
      Eventually.eventually("it is gone", () -> lives() && find().isEmpty());
      if (isUsual) {
        Eventually.eventually("its end is told", () -> events().contains("is gone: " + REMOVAL));
      }
      var late = first.late().map(Supplier::get);
      assertThat(seen(place).isGone()).isTrue();
      assertThat(conversation.seen()).hasSize(1).allMatch(text -> text.contains("was removed"));
      life.close();
      return new Told(first.effects(), performed(), events(), lives, late);
    }

    /// What was reported is in another table.
    private boolean isSeen(Environment found) {
      var known = found.observed();
      var seen =
          new Observed(
              known.artifacts(),
              known.databases(),
              known.running(),
              known.tests(),
              List.of(),
              known.traces());
      return seen.equals(seen(found.key()));
    }

    private Observed seen(EnvironmentKey place) {
      var artifacts = engine.artifacts().known(components(Map.of()).artifacts());
      return Observed.of(artifacts, engine.observe(place), engine.data().observe(place), List.of());
    }

    private Components components(Map<ComponentName, Integer> restarts) {
      return switch (Components.of(release, kind, restarts)) {
        case Components.Reading.Fits(var components) -> components;
        case Components.Reading.Misfits(var why) -> throw new AssertionError(why);
      };
    }

    private List<String> performed() {
      return engine.performed().stream()
          .map(step -> step.substring(name.value().length() + 1))
          .toList();
    }

    private List<String> events() {
      return store.events().latest(Optional.of(name), 1000).stream().map(Event::text).toList();
    }

    private void create() {
      Shop.push(engine, release);
      var local = PullRequests.of(number, "Title", "branch", "ann", release.commit());
      var ref = new PullRequestRef(TalkingHost.REPOSITORY, number);
      var commit = new PullRequest(ref, local.head(), local.facts(), local.trust());
      var now = clock.instant();
      var wanted = Wanted.nothingYet(Power.ON, now).withRelease(release, Power.ON, now);
      ask(
          found -> true,
          environments ->
              environments.create(name, Shop.APP, new Origin.OfPullRequests(commit), wanted));
    }

    private void push() {
      Shop.push(engine, release);
      want(
          wanted -> wanted.release().equals(Optional.of(release)),
          wanted -> wanted.withRelease(release, Power.ON, clock.instant()));
    }

    private void want(Predicate<Wanted> isWanted, UnaryOperator<Wanted> change) {
      ask(
          found -> isWanted.test(found.wanted()),
          environments -> environments.want(find().orElseThrow().id(), change));
    }

    /// After a crash during a request, checks whether the request took effect, and repeats it if
    /// not.
    private void ask(Predicate<Environment> isAsked, Consumer<Environments> ask) {
      while (lives() && find().filter(isAsked).isEmpty()) {
        try {
          ask.accept(life.environments);
          return;
        } catch (Killed e) {
          assertThat(life.isDead()).isTrue();
        }
      }
    }

    /// Starts the next life when one ended.
    private boolean lives() {
      if (life.isDead()) {
        life.close();
        life = new Life(store, engine, conversation, sentences, clock, Optional.empty());
        life.start();
        lives++;
      }
      return true;
    }

    private Optional<Environment> find() {
      return store.environments().find(name);
    }

    private void isUp(int attempt) {
      await("it is up", found -> isUp(found, attempt));
    }

    private boolean isUp(Environment found, int attempt) {
      var seen = seen(found.key());
      var components = components(found.wanted().restarts());
      return isSeen(found)
          && seen.databases().keySet().equals(Set.of(Shop.DB))
          && switch (seen.running()) {
            case Running.Processes(var instances, _) -> isUp(components, instances, attempt);
            case Running.Workloads(var workloads) -> isUp(components, workloads);
          };
    }

    private boolean isUp(Components components, List<Instance> instances, int attempt) {
      var digests =
          components.all(Component.Program.class).stream().map(Component.Program::digest).toList();
      return instances.size() == digests.size()
          && instances.stream()
              .allMatch(
                  instance ->
                      digests.contains(instance.program())
                          && instance.routed()
                          && instance.state() instanceof Instance.State.Healthy)
          && instances.stream()
              .filter(instance -> instance.service().equals(Shop.API))
              .allMatch(instance -> instance.attempt() == attempt);
    }

    private boolean isUp(Components components, Map<ComponentName, Workload> workloads) {
      var deployables = components.all(Component.Deployable.class);
      return workloads.size() == deployables.size()
          && deployables.stream()
              .allMatch(
                  deployable -> {
                    var workload = workloads.get(deployable.name());
                    return workload != null
                        && workload.isReady()
                        && workload.applied().equals(deployable.digest(images(deployable)));
                  });
    }

    private List<String> images(Component.Deployable deployable) {
      return engine.artifacts().known(Set.copyOf(deployable.artifacts())).values().stream()
          .map(artifact -> ((Artifact.Image) artifact).reference())
          .toList();
    }

    private void sleeps() {
      await(
          "it sleeps",
          found -> {
            var seen = seen(found.key());
            return isSeen(found)
                && seen.instances().isEmpty()
                && seen.workloads().values().stream().allMatch(Workload::asleep)
                && seen.databases().keySet().equals(Set.of(Shop.DB));
          });
    }

    private void await(String what, Predicate<Environment> condition) {
      Eventually.eventually(
          name + ": " + what,
          () ->
              lives()
                  && find()
                      .filter(Environment::settled)
                      .filter(found -> found.attempts().byStep().isEmpty())
                      .filter(condition)
                      .isPresent());
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
