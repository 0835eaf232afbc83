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

/// Keeps to the rate limits of one GitHub, which counts for each account where the App is
/// installed. A GitHub Enterprise Server without limits does not mention them, and gets none.
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

  /// @param isLimited whether the host mentioned limits
  /// @param writes how many may be done now
  /// @param at when that was so
  /// @param until nothing is asked
  /// @param refusals one after another
  private record Account(
      boolean isLimited, double writes, Instant at, Instant until, int refusals) {
    Account now(Instant now) {
      var passed = Math.max(0, Duration.between(at, now).toMillis()) / 1000.0;
      var more = Math.min(BURST, writes + passed * WRITES_PER_SECOND);
      return new Account(isLimited, more, now, until, refusals);
    }

    boolean isPaused() {
      return at.isBefore(until);
    }

    boolean mayWrite() {
      return !isLimited || writes >= 1;
    }

    Account wrote() {
      return isLimited ? new Account(true, writes - 1, at, until, refusals) : this;
    }

    Account limited(boolean isLimited) {
      return new Account(this.isLimited || isLimited, writes, at, until, 0);
    }

    /// Those that were asked before the pause are no further refusals.
    Account refused(Answer answer) {
      var next = isPaused() ? Math.max(1, refusals) : refusals + 1;
      var end = at.plus(pause(answer, at, next));
      return new Account(true, writes, at, end.isAfter(until) ? end : until, next);
    }
  }

  private Account known(String account, Instant now) {
    return accounts.computeIfAbsent(account, _ -> new Account(false, BURST, now, now, 0)).now(now);
  }

  /// Counts a request.
  ///
  /// @throws FaultException EXTERNAL when it has to wait
  synchronized void take(String account, boolean isWrite) {
    var now = clock.instant();
    var known = known(account, now);
    if (known.isPaused()) {
      throw isUsedUp(account, known.until());
    }
    if (isWrite && !known.mayWrite()) {
      var wait = Duration.ofMillis((long) (1000 * (1 - known.writes()) / WRITES_PER_SECOND) + 1);
      throw wait(
          "more was written for %s than GitHub allows in an hour".formatted(account),
          now.plus(wait));
    }
    accounts.put(account, isWrite ? known.wrote() : known);
  }

  private static FaultException isUsedUp(String account, Instant until) {
    return wait("the rate limit of %s is used up".formatted(account), until);
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
  synchronized void note(String account, Answer answer) {
    var known = known(account, clock.instant());
    if (!isLimit(answer)) {
      var isMentioned = !answer.header("x-ratelimit-limit").isEmpty();
      accounts.put(account, answer.status() < 400 ? known.limited(isMentioned) : known);
      return;
    }
    var paused = known.refused(answer);
    accounts.put(account, paused);
    throw isUsedUp(account, paused.until());
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
