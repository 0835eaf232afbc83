package run.ephemeral.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import run.ephemeral.core.step.StepKey;

/// Every plan is a golden file in `src/test/resources/plans`; `./dev generate` rewrites them.
final class GoldenPlans {
  private static final Path PLANS = Path.of("src/test/resources/plans");

  private GoldenPlans() {}

  static void check(String name, Situation situation) throws IOException {
    var plan = Planner.plan(situation);
    assertThat(Planner.plan(situation)).isEqualTo(plan);
    assertThat(plan.keys()).hasSameSizeAs(plan.steps());
    var text = render(plan);
    var file = PLANS.resolve(name.replace(",", "").replace(' ', '-') + ".txt");
    if (Boolean.getBoolean("generate")) {
      Files.writeString(file, text);
    }
    assertThat(text).as(file.toString()).isEqualTo(Files.readString(file));
  }

  private static String render(Plan plan) {
    var text =
        new StringBuilder(
            "%s: %s\n".formatted(plan.phase().word(), Sentences.ENGLISH.of(plan.cause())));
    plan.again().ifPresent(at -> text.append("looks again at %s\n".formatted(at)));
    plan.change()
        .ifPresent(
            change ->
                text.append(
                    "decides: %s, %s\n"
                        .formatted(
                            change.getClass().getSimpleName(), Sentences.ENGLISH.of(change))));
    text.append(plan.settled() ? "settled\n\n" : "\n");
    for (var part : plan.parts()) {
      text.append(
          "%-9s %s — %s\n"
              .formatted(part.state().word(), part.name(), Sentences.ENGLISH.of(part.cause())));
    }
    text.append('\n');
    for (var planned : plan.steps()) {
      text.append("%s — %s\n".formatted(planned.step().key(), planned.step().reason()));
      planned.after().stream()
          .map(StepKey::toString)
          .sorted()
          .forEach(key -> text.append("    after ").append(key).append('\n'));
    }
    return text.toString();
  }
}
