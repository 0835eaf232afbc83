package run.ephemeral.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DigestTest {
  private static Digest.Named named() {
    return Digest.named("unit 2").part("run", "node server.js");
  }

  @Test
  void aPartThatIsAbsentLeavesNoTrace() {
    assertThat(named().part("health", Optional.empty()).part("env", Map.of()).digest())
        .isEqualTo(named().digest());
  }

  @Test
  void theOrderOfVariablesIsNone() {
    var one = new LinkedHashMap<>(Map.of("A", "1"));
    one.put("B", "2");
    var other = new LinkedHashMap<>(Map.of("B", "2"));
    other.put("A", "1");
    assertThat(named().part("env", one).digest()).isEqualTo(named().part("env", other).digest());
  }

  @Test
  void theSameTextsInOtherPlacesAreAnotherDigest() {
    var all =
        List.of(
            named().digest(),
            Digest.named("unit 3").part("run", "node server.js").digest(),
            named().part("health", "/").digest(),
            named().part("build", "/").digest(),
            named().part("health", "").digest(),
            named().part("env", "A").part("B", "").digest(),
            named().part("env", Map.of("A", "B")).digest(),
            named().part("env", Map.of("A", "", "B", "")).digest(),
            named().part("env", Map.of("AB", "")).digest(),
            named().part("env", Map.of("", "AB")).digest(),
            named().part("more", Map.of("A", "B")).digest());
    assertThat(all).doesNotHaveDuplicates();
  }
}
