package run.ephemeral.engine.kubernetes.client;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// When a server that has too much to do wants to be asked again.
final class Busy {
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;
  private static final Duration USUAL = Duration.ofSeconds(1);

  private Busy() {}

  /// A request that was counted (429) was not begun; of others it is not known.
  ///
  /// @param repeatable whether the request has the same effect twice
  /// @return empty when it should not be asked again
  static Optional<Duration> pause(HttpResponse<?> answer, boolean repeatable) {
    var status = answer.statusCode();
    var wish = retryAfter(answer);
    var isBusy = status == UNAVAILABLE || (status >= 500 && wish.isPresent());
    return status == TOO_MANY || (repeatable && isBusy)
        ? Optional.of(wish.filter(it -> it.compareTo(USUAL) > 0).orElse(USUAL))
        : Optional.empty();
  }

  static Optional<Duration> retryAfter(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,5}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }
}
