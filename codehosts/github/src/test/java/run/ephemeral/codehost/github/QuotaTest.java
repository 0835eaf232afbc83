package run.ephemeral.codehost.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import run.ephemeral.codehost.rest.Rest.Answer;
import run.ephemeral.core.FaultException;

/// What GitHub's rate limits make us do.
class QuotaTest {
  private static final String ACME = "acme";

  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final Quota quota = new Quota(() -> now);

  private static Answer answer(int status, Map<String, String> headers) {
    var all =
        headers.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, each -> List.of(each.getValue())));
    var body = JsonNodeFactory.instance.objectNode().put("message", "You exceeded a rate limit");
    return new Answer(status, body, HttpHeaders.of(all, (_, _) -> true));
  }

  private boolean takes(boolean isWrite) {
    try {
      quota.take(ACME, isWrite);
      return true;
    } catch (FaultException e) {
      return false;
    }
  }

  private void limited() {
    quota.note(ACME, answer(200, Map.of("x-ratelimit-limit", "5000")));
  }

  private void refused(int status, Map<String, String> headers) {
    assertThatThrownBy(() -> quota.note(ACME, answer(status, headers)))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("rate limit of acme");
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void whoeverKeepsTryingWritesAsOftenAsIsAllowed() {
    limited();
    for (int i = 0; i < 60; i++) {
      assertThat(takes(true)).isTrue();
    }
    var written = 0;
    for (int second = 0; second < 3600; second++) {
      pass(Duration.ofSeconds(1));
      written += takes(true) ? 1 : 0;
    }
    assertThat(written).isBetween(498, 501);
    assertThat(takes(false)).as("reading").isTrue();
    quota.take("other", true);
  }

  @Test
  void aHostWithoutLimitsGetsNone() {
    quota.note(ACME, answer(200, Map.of()));
    for (int i = 0; i < 1000; i++) {
      assertThat(takes(true)).isTrue();
    }
  }

  @Test
  void nothingIsAskedUntilTheTimeThatGitHubSays() {
    refused(403, Map.of("Retry-After", "90"));
    pass(Duration.ofSeconds(89));
    assertThat(takes(false)).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(takes(false)).isTrue();
    var reset = Long.toString(now.plusSeconds(600).getEpochSecond());
    refused(403, Map.of("x-ratelimit-remaining", "0", "x-ratelimit-reset", reset));
    pass(Duration.ofSeconds(599));
    assertThat(takes(false)).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(takes(false)).isTrue();
  }

  @Test
  void withoutATimeItWaitsAMinuteAndThenLonger() {
    refused(429, Map.of());
    // Asked at the same time.
    refused(403, Map.of());
    refused(429, Map.of("Retry-After", "1"));
    pass(Duration.ofSeconds(59));
    assertThat(takes(false)).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(takes(false)).isTrue();
    refused(429, Map.of());
    pass(Duration.ofSeconds(119));
    assertThat(takes(false)).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(takes(false)).isTrue();
    limited();
    refused(429, Map.of());
    pass(Duration.ofSeconds(60));
    assertThat(takes(false)).isTrue();
  }

  @Test
  void aRefusalThatIsNoLimitPausesNothing() {
    var body = JsonNodeFactory.instance.objectNode().put("message", "Resource not accessible");
    quota.note(ACME, new Answer(403, body, HttpHeaders.of(Map.of(), (_, _) -> true)));
    assertThat(takes(true)).isTrue();
  }
}
