package run.ephemeral.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  private static final Map<String, String> VALUES =
      Map.of("api.url", "http://127.0.0.1:1", "pr.title", "${db.password} and $1");

  @Test
  void referencesAreFilledInAndEverythingElseStays() {
    check("plain $HOME $ { } $x", "plain $HOME $ { } $x");
    check("${api.url}/x", "http://127.0.0.1:1/x");
    check("${api.url}${api.url}", "http://127.0.0.1:1http://127.0.0.1:1");
    check("$${api.url}", "${api.url}");
  }

  @Test
  void whatIsFilledInIsNeverLookedAtAgain() {
    check("${pr.title}", "${db.password} and $1");
    var first = Reference.rewrite("${pr.title} ${api.url}", ref -> pullRequestOnly(ref));
    assertThat(Reference.resolve(first, ref -> "secret")).isEqualTo("${db.password} and $1 secret");
  }

  private static Optional<String> pullRequestOnly(Reference reference) {
    return reference.owner().equals("pr")
        ? Optional.ofNullable(VALUES.get("pr." + reference.field()))
        : Optional.empty();
  }

  private static void check(String template, String expected) {
    var result =
        Reference.resolve(
            template, ref -> VALUES.getOrDefault(ref.owner() + "." + ref.field(), "?"));
    assertThat(result).isEqualTo(expected);
  }
}
