package run.ephemeral.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelTest {
  @Test
  void aNameThatIsALabelStaysAsItIs() {
    check("shop", "shop");
    check("a-b-3", "a-b-3");
  }

  @Test
  void anyOtherNameBecomesALabelThatStillTellsWhereItCameFrom() {
    check("Shop", "shop");
    check("feature/näher", "feature-na-her");
    check("a--b", "a-b");
    check("3rd", "rd");
    check("", "x");
    check("🙂", "x");
  }

  /// Property: every name becomes a label, and different names give different labels.
  @Test
  void everyNameBecomesALabelAndNoTwoNamesTheSame() {
    var random = new Random(42);
    var seen = new HashMap<String, String>();
    for (int i = 0; i < 50_000; i++) {
      var name = randomName(random);
      var longest = 20 + random.nextInt(44);
      var label = Label.of(name, longest);
      assertThat(Label.fits(label, longest)).as("%s → %s", name, label).isTrue();
      assertThat(label).matches("[a-z]([a-z0-9-]{0,61}[a-z0-9])?").doesNotContain("--");
      var other = seen.put(longest + ":" + label, name);
      assertThat(other == null || other.equals(name)).as("%s, %s", name, other).isTrue();
    }
  }

  @Test
  void aNameThatLooksLikeAnothersLabelIsNotTakenForIt() {
    for (var name : List.of("Shop", "a--b", "x".repeat(40), "🙂", "")) {
      var label = name;
      var seen = new HashSet<String>();
      for (int i = 0; i < 5; i++) {
        label = Label.of(label, 30);
        assertThat(Label.fits(label, 30)).isTrue();
        assertThat(seen.add(label)).as("%s, %s", name, seen).isTrue();
      }
    }
    assertThat(Label.of("shop-0123456789a", 30)).isEqualTo("shop-0123456789a");
    assertThat(Label.of("shop-0123456789", 30)).isNotEqualTo("shop-0123456789");
  }

  private static String randomName(Random random) {
    var alphabet = "abzAZ09-_/.$`'\"\\\n \u0000é日🙂:<>".codePoints().toArray();
    var text = new StringBuilder();
    for (int i = random.nextInt(80); i > 0; i--) {
      text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return text.toString();
  }

  private static void check(String name, String expected) {
    assertThat(Label.of(name, 30)).matches(expected + "(-[0-9a-f]{10})?");
    assertThat(Label.fits(Label.of(name, 30), 30)).isTrue();
  }
}
