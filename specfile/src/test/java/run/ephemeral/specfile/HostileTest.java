package run.ephemeral.specfile;

import static run.ephemeral.specfile.Read.answers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// For any text, the reader answers within the time limit, and every problem has a place.
@Timeout(20)
class HostileTest {
  private static final long SEED = 20260101;
  private static final int TRIES = 1500;

  @Test
  void everyValueOfTheFullExampleReplacedByEveryKindOfValue() {
    var replacements = replacements();
    var places = places(parsed()).size();
    for (int place = 0; place < places; place++) {
      for (var replacement : replacements) {
        var document = parsed();
        places(document).get(place).replace(replacement);
        answers(dumped(document));
      }
    }
  }

  @Test
  void everyKeyOfTheFullExampleRemovedOrRenamed() {
    var places = places(parsed()).size();
    for (int place = 0; place < places; place++) {
      var without = parsed();
      places(without).get(place).remove();
      answers(dumped(without));
      var renamed = parsed();
      places(renamed).get(place).rename("x");
      answers(dumped(renamed));
    }
  }

  @Test
  void severalChangesAtOnce() {
    var random = new Random(SEED);
    var replacements = replacements();
    for (int i = 0; i < TRIES; i++) {
      var document = parsed();
      for (int j = random.nextInt(1, 5); j > 0; j--) {
        var places = places(document);
        if (!places.isEmpty()) {
          var place = places.get(random.nextInt(places.size()));
          switch (random.nextInt(4)) {
            case 0 -> place.remove();
            case 1 -> place.rename("x" + random.nextInt(3));
            default -> place.replace(replacements.get(random.nextInt(replacements.size())));
          }
        }
      }
      answers(dumped(document));
    }
  }

  @Test
  void charactersChangedAnywhereInTheText() {
    var random = new Random(SEED);
    var pieces =
        List.of(
            "\t",
            "\n",
            " ",
            ":",
            "- ",
            "{",
            "}",
            "[",
            "]",
            "&a ",
            "*a ",
            "<<: ",
            "\"",
            "'",
            "|\n",
            "!",
            "#",
            "%",
            "? ",
            "---\n",
            "\0",
            "\uFEFF",
            "\ud83d",
            "\ud83d\ude00",
            "~",
            "`",
            "$");
    for (int i = 0; i < TRIES; i++) {
      var text = new StringBuilder(Read.FULL);
      for (int j = random.nextInt(1, 6); j > 0; j--) {
        var at = random.nextInt(text.length());
        var end = Math.min(text.length(), at + random.nextInt(4));
        text.replace(at, end, pieces.get(random.nextInt(pieces.size())));
      }
      answers(text.toString());
      answers(text.substring(0, random.nextInt(text.length())));
    }
  }

  @Test
  void randomBytes() {
    var random = new Random(SEED);
    for (int i = 0; i < TRIES; i++) {
      var bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      answers(new String(bytes, StandardCharsets.ISO_8859_1));
      answers(new String(bytes, StandardCharsets.UTF_8));
      answers(new String(bytes, StandardCharsets.UTF_16));
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) (' ' + Math.floorMod(bytes[j], 95));
      }
      answers(new String(bytes, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void asMuchAsTheFileMayHold() {
    answers(Read.SMALLEST + "    env: { A: \"" + "${".repeat(120_000) + "\" }");
    answers(Read.SMALLEST + "    env: { A: \"" + "${a.b}".repeat(40_000) + "\" }");
    answers(Read.SMALLEST + "    health: /" + "a".repeat(200_000));
    answers(Read.SMALLEST + "    path: " + "a/".repeat(100_000));
    answers(Read.SMALLEST + "    needs: [" + "web,".repeat(15_000) + "]");
    answers("app: " + "a-".repeat(100_000));
    answers("? " + "x".repeat(200_000) + "\n: y");
    var chain = new StringBuilder("app: shop\nservices:\n");
    var keys = new StringBuilder();
    for (int i = 0; i < 2600; i++) {
      chain.append("  a%d: { run: x, needs: [a%d] }\n".formatted(i, i + 1));
      keys.append("k").append(i).append(": 1\n");
    }
    answers(chain.toString());
    answers(keys.toString());
  }

  private static List<@Nullable Object> replacements() {
    Object deep = "x";
    for (int i = 0; i < 30; i++) {
      deep = List.of(deep);
    }
    var values = new ArrayList<@Nullable Object>();
    values.addAll(
        List.of("", "x", "../..", "${nothing", "${a.b}", "\0\u001b[31m", "\ud83d\ude00", "-1s"));
    values.addAll(List.of(0, -1, 1.5, Integer.MAX_VALUE, true, false, List.of(), Map.of()));
    values.addAll(List.of(List.of("a", 1, List.of()), Map.of("a", Map.of("run", List.of()))));
    values.addAll(List.of(deep, "x".repeat(5000), Map.of("label", "preview")));
    values.add(null);
    return values;
  }

  private static Object parsed() {
    return new Load(LoadSettings.builder().build()).loadFromString(Read.FULL);
  }

  private static String dumped(Object document) {
    return new Dump(DumpSettings.builder().build()).dumpToString(document);
  }

  /// A key of a mapping somewhere in the document.
  private record Location(Map<Object, @Nullable Object> owner, Object name) {
    void replace(@Nullable Object value) {
      owner.put(name, value);
    }

    void remove() {
      owner.remove(name);
    }

    void rename(String suffix) {
      var entries = new LinkedHashMap<>(owner);
      owner.clear();
      entries.forEach((key, value) -> owner.put(key.equals(name) ? key + suffix : key, value));
    }
  }

  private static List<Location> places(@Nullable Object document) {
    var places = new ArrayList<Location>();
    visit(document, (owner, name) -> places.add(new Location(owner, name)));
    return places;
  }

  @SuppressWarnings("unchecked")
  private static void visit(
      @Nullable Object node, BiConsumer<Map<Object, @Nullable Object>, Object> to) {
    if (node instanceof LinkedHashMap<?, ?> map) {
      for (var name : List.copyOf(map.keySet())) {
        to.accept((Map<Object, @Nullable Object>) map, Objects.requireNonNull(name));
        visit(map.get(name), to);
      }
    }
  }
}
