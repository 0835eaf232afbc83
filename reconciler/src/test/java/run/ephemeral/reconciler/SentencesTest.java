package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.ephemeral.core.plan.Cause;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.spec.EngineKind;

/// Causes are data: behaviour does not depend on the texts of causes.
class SentencesTest {
  /// Returns another text each time, also for the same cause.
  private static final Sentences RANDOM =
      new Sentences() {
        @Override
        public String of(Cause cause) {
          return UUID.randomUUID().toString();
        }

        @Override
        public String of(Plan.Change change) {
          return UUID.randomUUID().toString();
        }
      };

  private static List<String> performed(EngineKind kind, Sentences sentences) {
    try (var story = new Story(kind, sentences)) {
      return story.tell(Optional.empty()).performed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLifeOfAnEnvironmentIsTheSameInRandomWords(EngineKind kind) {
    assertThat(performed(kind, RANDOM))
        .containsExactlyInAnyOrderElementsOf(performed(kind, Sentences.ENGLISH));
  }
}
