package run.ephemeral.core.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.spec.ComponentName;

class GrammarTest {
  @Test
  void commandsAreUnderstood() {
    check("sleep", new Command.Sleep());
    check("  wake ", new Command.Wake());
    check("restart", new Command.Restart(Optional.empty()));
    check("test", new Command.Test(Optional.empty()));
    check("test smoke", new Command.Test(Optional.of(new ComponentName("smoke"))));
    check("restart api", new Command.Restart(Optional.of(new ComponentName("api"))));
    check("extend 2d", new Command.Extend(Duration.ofDays(2)));
    check("extend 1d12h", new Command.Extend(Duration.ofHours(36)));
    check("extend 365d", new Command.Extend(Duration.ofDays(365)));
    check("extend 90000s", new Command.Extend(Duration.ofHours(25)));
  }

  @Test
  void aWrongOneIsAnsweredWithTheNearestRightOne() {
    wrong("slep", "`slep` is not a command. Did you mean `sleep`?");
    wrong("", "is not a command");
    wrong("sleep now", "`sleep` stands alone");
    wrong("extend", "`extend` takes a span of time: extend 2d");
    wrong("extend forever", "`forever` is not a span of time");
    wrong("extend 0s", "`0s` is not a span of time from 1s to 365d");
    wrong("extend 9999d", "`9999d` is not a span of time");
    wrong("restart a b", "`restart` takes one service");
    wrong("test a b", "`test` takes one test");
    wrong("test ../x", "`../x` is not the name of a test");
    wrong("restart ../x", "`../x` is not the name of a service");
  }

  private static void check(String text, Command expected) {
    assertThat(Grammar.parse(text)).isEqualTo(expected);
  }

  private static void wrong(String text, String message) {
    assertThatThrownBy(() -> Grammar.parse(text)).hasMessageContaining(message);
  }
}
