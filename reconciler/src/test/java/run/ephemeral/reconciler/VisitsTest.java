package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;

class VisitsTest {
  private static final String LINE = "wakes: somebody visits";

  private World world;
  private Environment sleeping;

  @BeforeEach
  void open() throws InterruptedException {
    world = new World();
    var one = world.create(1, Shop.release("w1", "a1"));
    world.settle();
    sleeping = world.environments.want(one.id(), Wanted::asleep).orElseThrow();
    world.settle();
    assertThat(world.phase(sleeping)).isEqualTo(Phase.ASLEEP);
  }

  @AfterEach
  void close() {
    world.close();
  }

  /// This worker gets no notifications, and looks at the table only every half minute.
  @Test
  void aVisitIsWorkedOnWithoutANotice() {
    var worker = world.worker("first");
    var visits = new Visits(worker, world.clock);
    visits.visited(sleeping.name());
    visits.visited(sleeping.name());
    world.awaitPhase(sleeping, Phase.READY);
    worker.close();
    var diary = world.diary(sleeping);
    assertThat(diary).filteredOn(LINE::equals).hasSize(1);
    assertThat(diary).filteredOn(line -> line.startsWith("starts")).hasSize(4);
    assertThat(diary.subList(diary.indexOf(LINE), diary.size()))
        .as("the line is written before those of the run")
        .filteredOn(line -> line.startsWith("starts"))
        .hasSize(2);
  }

  @Test
  void aVisitThatNobodyHereCanWorkOnIsLeftForAnother() {
    var worker = world.worker("first");
    worker.close();
    new Visits(worker, world.clock).visited(sleeping.name());
    var wanted = world.environments.find(sleeping.id()).orElseThrow().wanted();
    assertThat(wanted.power()).isEqualTo(Power.ON);
    assertThat(world.diary(sleeping)).contains(LINE);
    world.worker("second");
    world.awaitPhase(sleeping, Phase.READY);
  }

  /// The engine has not adopted the running processes yet.
  @Test
  void aVisitBeforeTheWorkerIsStartedIsOnlyWrittenDown() {
    try (var worker = new Worker(world.reconciler, "first")) {
      new Visits(worker, world.clock).visited(sleeping.name());
      assertThat(world.claim()).as("nobody has the lease").isPresent();
    }
    assertThat(world.diary(sleeping)).contains(LINE);
  }

  @Test
  void aVisitToWhatIsAwakeOrUnknownChangesNothing() {
    var visits = new Visits(world.worker("first"), world.clock);
    visits.visited(sleeping.name());
    world.awaitPhase(sleeping, Phase.READY);
    var generation = world.environments.find(sleeping.id()).orElseThrow().generation();
    visits.visited(sleeping.name());
    visits.visited(new EnvironmentName("nobody"));
    assertThat(world.environments.find(sleeping.id()).orElseThrow().generation())
        .isEqualTo(generation);
    assertThat(world.diary(sleeping)).filteredOn(LINE::equals).hasSize(1);
  }
}
