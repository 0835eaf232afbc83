package run.ephemeral.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T10:00:00Z");

  private static void checkTook(long millis, String expected) {
    assertThat(Times.took(millis)).isEqualTo(expected);
  }

  private static void checkAgo(Duration ago, String expected) {
    assertThat(Times.relative(NOW.minus(ago), NOW)).isEqualTo(expected);
  }

  private static void checkParsed(String text, Duration expected) {
    assertThat(Times.parse(text)).isEqualTo(expected);
  }

  @Test
  void whatTookShortIsSaidInTenthsOfASecond() {
    checkTook(0, "0.0 s");
    checkTook(49, "0.0 s");
    checkTook(51, "0.1 s");
    checkTook(1_299, "1.3 s");
    checkTook(59_940, "59.9 s");
    checkTook(60_000, "1 m 0 s");
    checkTook(125_000, "2 m 5 s");
    checkTook(7_260_000, "2 h 1 m");
  }

  @Test
  void whatIsPastOrToComeIsSaidRoughly() {
    checkAgo(Duration.ofMillis(300), "now");
    checkAgo(Duration.ofSeconds(12), "12 s ago");
    checkAgo(Duration.ofSeconds(190), "3 m ago");
    checkAgo(Duration.ofHours(47), "47 h ago");
    checkAgo(Duration.ofDays(9), "9 d ago");
    checkAgo(Duration.ofDays(-7), "in 7 d");
    checkAgo(Duration.ofDays(-7).plusSeconds(2), "in 7 d");
    checkAgo(Duration.ofMillis(59_600), "1 m ago");
    checkAgo(Duration.ofMinutes(59).plusSeconds(40), "1 h ago");
  }

  @Test
  void lengthsOfTimeAreReadAsPeopleWriteThem() {
    checkParsed("500ms", Duration.ofMillis(500));
    checkParsed("90s", Duration.ofSeconds(90));
    checkParsed("5 m", Duration.ofMinutes(5));
    checkParsed("2h", Duration.ofHours(2));
    checkParsed("3d", Duration.ofDays(3));
    assertThatThrownBy(() -> Times.parse("soon"))
        .hasMessage("`soon` is not a length of time; write 90s, 5m, 2h or 3d");
  }
}
