package run.ephemeral.codehost.github;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import run.ephemeral.codehost.rest.Rest.Answer;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// Keeps to the rate limits of GitHub, which counts for each account where the App is installed.
final class Quota {
  /// GitHub allows 80 writes of content in a minute, and 500 in an hour.
  private static final int BURST = 60;

  private static final double WRITES_PER_SECOND = 500 / 3600.0;

  /// After a limit that says no time.
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final InstantSource clock;

  Quota(InstantSource clock) {
    this.clock = clock;
  }

  /// @param writes how many may be done now
  /// @param at when that was so
  /// @param until nothing is asked
  /// @param refusals in a row
  private record Account(double writes, Instant at, Instant until, int refusals) {
    Account at(Instant now) {
      var passed = Math.max(0, Duration.between(at, now).toMillis()) / 1000.0;
      return new Account(
          Math.min(BURST, writes + passed * WRITES_PER_SECOND), now, until, refusals);
    }
  }

  /// Counts a request.
  ///
  /// @throws FaultException EXTERNAL when it has to wait
  void take(String account, boolean isWrite) {
    var now = clock.instant();
    var left =
        accounts.compute(
            account,
            (_, known) -> {
              var old = known == null ? new Account(BURST, now, now, 0) : known.at(now);
              return isWrite && !now.isBefore(old.until())
                  ? new Account(Math.max(-1, old.writes() - 1), now, old.until(), old.refusals())
                  : old;
            });
    if (now.isBefore(left.until())) {
      throw wait("the rate limit of %s is used up".formatted(account), left.until());
    }
    if (isWrite && left.writes() < 0) {
      var then = now.plusMillis((long) (1000 / WRITES_PER_SECOND));
      throw wait("more was written for %s than GitHub allows in an hour".formatted(account), then);
    }
  }

  private static FaultException wait(String why, Instant until) {
    return new FaultException(
        new Fault(
            Fault.Kind.EXTERNAL,
            "%s; it goes on at %s UTC".formatted(why, TIME.format(until)),
            ""));
  }

  /// Notes what an answer says of limits.
  ///
  /// @throws FaultException EXTERNAL when it is a refusal by a limit
  void note(String account, Answer answer) {
    var now = clock.instant();
    if (!isLimit(answer)) {
      accounts.computeIfPresent(
          account,
          (_, old) ->
              answer.status() < 300 ? new Account(old.writes(), old.at(), old.until(), 0) : old);
      return;
    }
    var left =
        accounts.compute(
            account,
            (_, known) -> {
              var old = known == null ? new Account(BURST, now, now, 0) : known;
              var refusals = old.refusals() + 1;
              return new Account(
                  old.writes(), old.at(), now.plus(pause(answer, now, refusals)), refusals);
            });
    throw wait("the rate limit of %s is used up".formatted(account), left.until());
  }

  private static boolean isLimit(Answer answer) {
    var isRefused = answer.status() == 403 || answer.status() == 429;
    return isRefused
        && (answer.status() == 429
            || !answer.header("Retry-After").isEmpty()
            || answer.header("x-ratelimit-remaining").equals("0")
            || answer.body().path("message").asText().contains("rate limit"));
  }

  private static Duration pause(Answer answer, Instant now, int refusals) {
    var after = seconds(answer.header("Retry-After"));
    if (after > 0) {
      return limited(Duration.ofSeconds(after));
    }
    var reset = seconds(answer.header("x-ratelimit-reset"));
    if (answer.header("x-ratelimit-remaining").equals("0") && reset > 0) {
      return limited(Duration.between(now, Instant.ofEpochSecond(reset)));
    }
    return limited(SHORTEST.multipliedBy(1L << Math.min(refusals - 1, 5)));
  }

  /// A limit of an hour has a reset; a wrong one is believed for a while only.
  private static Duration limited(Duration wait) {
    var shortest = Duration.ofSeconds(1);
    return wait.compareTo(shortest) < 0 ? shortest : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static long seconds(String text) {
    return text.matches("[0-9]{1,11}") ? Long.parseLong(text) : 0;
  }
}
