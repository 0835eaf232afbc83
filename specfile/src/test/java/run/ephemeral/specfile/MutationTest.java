package run.ephemeral.specfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import run.ephemeral.specfile.Mutations.Change;

/// Every key of the schema with many kinds of invalid values.
@Timeout(60)
class MutationTest {
  private static final long SEED = 20260102;
  private static final int TRIES = 1500;

  @Test
  void withoutAChangeTheFileIsRight() {
    Read.accepted(Mutations.file());
    assertThat(Mutations.places()).hasSizeGreaterThan(40);
  }

  @Test
  void everyValueOfTheSchemaReplacedByEveryKindOfValue() {
    for (var place : Mutations.places()) {
      for (var value : Mutations.VALUES) {
        Read.answers(Mutations.file(new Change(place, false, value)));
      }
      Read.answers(Mutations.file(new Change(place, false, "x".repeat(50_000))));
      Read.answers(Mutations.file(new Change(place, false, "[".repeat(18) + "]".repeat(18))));
    }
  }

  @Test
  void everyKeyOfTheSchemaReplacedByEveryKindOfKey() {
    for (var place : Mutations.places()) {
      for (var key : Mutations.KEYS) {
        Read.answers(Mutations.file(new Change(place, true, key)));
      }
      if (!place.isEmpty()) {
        var twice = place.getLast() + " : x, " + place.getLast();
        Read.answers(Mutations.file(new Change(place, true, twice)));
      }
    }
  }

  @Test
  void severalThingsAtOnce() {
    var random = new Random(SEED);
    var places = Mutations.places();
    for (int i = 0; i < TRIES; i++) {
      var changes = new Change[random.nextInt(2, 5)];
      for (int j = 0; j < changes.length; j++) {
        var isKey = random.nextInt(4) == 0;
        var texts = isKey ? Mutations.KEYS : Mutations.VALUES;
        var text = texts.get(random.nextInt(texts.size()));
        changes[j] = new Change(places.get(random.nextInt(places.size())), isKey, text);
      }
      Read.answers(Mutations.file(changes));
    }
  }
}
