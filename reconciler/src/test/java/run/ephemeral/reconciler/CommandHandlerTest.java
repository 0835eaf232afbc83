package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.artifact.Pushes;
import run.ephemeral.core.command.Command;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.step.Step;
import run.ephemeral.source.GitSources;
import run.ephemeral.specfile.YamlSpecReader;
import run.ephemeral.testkit.Git;

/// Commands, given concurrently with others.
class CommandHandlerTest {
  private static final String FILE =
      """
      app: shop
      services:
        web: { run: ./run }
      """;

  @TempDir private Path temporary;
  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private WorkingTrees workingTrees(GitSources sources) {
    var releases =
        new Releases(sources, new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)), Limits.DEFAULT);
    return new WorkingTrees(
        world.environments,
        world.events,
        sources,
        new KeyedLocks<>(),
        releases,
        new Room(world.environments, Limits.DEFAULT),
        Engines.local(world.engine),
        world.clock);
  }

  /// Registries that are asked, and answer with a fault if there is one.
  private static final class Asked implements Pushes {
    final List<Set<ArtifactOrder>> orders = new ArrayList<>();
    Optional<Fault> fault = Optional.empty();

    @Override
    public void pushed(String image) {
      throw new AssertionError(image);
    }

    @Override
    public Optional<Fault> look(Set<ArtifactOrder> wanted) {
      orders.add(wanted);
      return fault;
    }
  }

  private final Asked registries = new Asked();

  private CommandHandler commands() {
    var sources = new GitSources(temporary.resolve("mirrors"));
    return new CommandHandler(
        world.environments,
        world.store.apps(),
        world.events,
        workingTrees(sources),
        registries,
        world.clock);
  }

  private Environment now(Environment environment) {
    return world.environments.find(environment.id()).orElseThrow();
  }

  private String reason(Environment environment) {
    return Sentences.ENGLISH.of(world.reconciler.judge(now(environment)).cause());
  }

  @Test
  void anUpdateWhoseRegistryCannotBeAskedDoesTheRestAndSaysSo() throws Exception {
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    var placed = now(one);
    registries.fault = Optional.of(Fault.user("the registry does not answer"));
    assertThatThrownBy(() -> commands().carryOut(placed, new Command.Update()))
        .hasMessageContaining("up to date, but for its images: the registry does not answer");
    assertThat(registries.orders).hasSize(1).doesNotContain(Set.of());
    assertThat(now(one).generation()).isGreaterThan(placed.generation());
  }

  /// Both commands got the environment as it was before either change.
  @Test
  void twoWhoExtendAtOnceBothCount() {
    var one = world.create(1, Shop.release("w1", "a1"));
    var expires = one.wanted().expiresAt().orElseThrow();
    commands().carryOut(one, new Command.Extend(Duration.ofDays(1)));
    commands().carryOut(one, new Command.Extend(Duration.ofDays(2)));
    assertThat(now(one).wanted().expiresAt()).contains(expires.plus(Duration.ofDays(3)));
  }

  @Test
  void whoExtendsWhatSomebodyJustPinnedIsToldAndItStaysPinned() {
    var one = world.create(1, Shop.release("w1", "a1"));
    commands().carryOut(one, new Command.Pin());
    var extend = new Command.Extend(Duration.ofDays(1));
    assertThatThrownBy(() -> commands().carryOut(one, extend))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("is pinned");
    assertThat(now(one).wanted().expiresAt()).isEmpty();
  }

  @Test
  void unpinTakesNothingFromOneThatIsNotPinned() {
    var one = world.create(1, Shop.release("w1", "a1"));
    commands().carryOut(one, new Command.Extend(Duration.ofDays(30)));
    var until = now(one).wanted().expiresAt();
    commands().carryOut(one, new Command.Unpin());
    assertThat(now(one).wanted().expiresAt()).isEqualTo(until);
  }

  @Test
  void wakingWhatDoesNotSleepDoesNothingAndSaysSo() {
    var one = world.create(1, Shop.release("w1", "a1"));
    assertThat(commands().carryOut(one, new Command.Wake())).endsWith("nothing was to be done");
    assertThat(world.diary(one)).isEmpty();
    commands().carryOut(one, new Command.Sleep());
    assertThat(commands().carryOut(now(one), new Command.Wake())).endsWith("is on its way up");
    assertThat(now(one).wanted().power()).isEqualTo(Power.ON);
  }

  @Test
  void whatGaveUpIsStartedAnewByRunAlsoWhenNothingChanged() throws InterruptedException {
    // Ahead of the database's clock, so that nothing is due before this test says so.
    world.pass(Duration.ofDays(1));
    var git = Git.init(temporary.resolve("shop"));
    git.write("ephemeral.yaml", FILE).commit("First");
    try (var sources = new GitSources(temporary.resolve("mirrors"))) {
      var trees = workingTrees(sources);
      var one = trees.run(git.folder(), Optional.empty(), Optional.empty());
      world.engine.failWith(
          step -> {
            if (step instanceof Step.Await) {
              world.engine.crash(one.id(), Shop.WEB, "exited 1 after 0.1 s");
              return Optional.of(Fault.user("exited 1 after 0.1 s"));
            }
            return Optional.empty();
          });
      for (int i = 0; i < 2 * Limits.DEFAULT.starts(); i++) {
        world.settle();
        world.pass(Duration.ofMinutes(2));
      }
      assertThat(reason(one)).contains("it was started 5 times");
      world.engine.failWith(step -> Optional.empty());
      world.pass(Duration.ofHours(1));
      world.settle();
      assertThat(world.phase(one)).isEqualTo(Phase.FAILING);
      trees.run(git.folder(), Optional.empty(), Optional.empty());
      world.settle();
      assertThat(world.phase(one)).isEqualTo(Phase.READY);
    }
  }
}
