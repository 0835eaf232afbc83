package run.ephemeral.core.environment;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import run.ephemeral.core.Fault;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ExpireSpec;

/// The desired state of an environment. Every change is a new generation.
///
/// @param release what to run; empty while no commit had a usable `ephemeral.yaml`
/// @param fault why the newest commit is not used as the release
/// @param askedAt when the newest commit was requested, usable or not
/// @param wokenAt when the environment was last woken; cleared by sleep, a restart and a new
///     release
/// @param expiresAt when the environment is removed; empty when pinned
/// @param removal why the environment is to be removed; empty while it is not
/// @param restarts how often a restart of each service, or another run of each test, was requested
/// @param round counts requests to retry what failed; a push and a restart are such requests, too
public record Wanted(
    Power power,
    Optional<Release> release,
    Optional<Fault> fault,
    Instant askedAt,
    Optional<Instant> wokenAt,
    Optional<Instant> expiresAt,
    Optional<String> removal,
    Map<ComponentName, Integer> restarts,
    int round) {
  public Wanted {
    restarts = Map.copyOf(restarts);
  }

  public static Wanted nothingYet(Power power, Instant now) {
    return new Wanted(
        power,
        Optional.empty(),
        Optional.empty(),
        now,
        Optional.empty(),
        Optional.of(now.plus(ExpireSpec.AFTER)),
        Optional.empty(),
        Map.of(),
        0);
  }

  /// A placeholder for an unreadable row. The planner starts, stops and removes nothing for it.
  public static Wanted unreadable(Fault why, Instant since) {
    return new Wanted(
        Power.ON,
        Optional.empty(),
        Optional.of(why),
        since,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        0);
  }

  /// The service that answers at the environment's own host name.
  public Optional<ComponentName> front() {
    return release.flatMap(known -> known.spec().front());
  }

  /// With a new release. A pinned environment stays pinned; any other expires the release's time
  /// span after `now`, or later if somebody extended it.
  public Wanted withRelease(Release next, Power power, Instant now) {
    var expiry = now.plus(next.spec().expire().orDefault());
    var later = expiresAt.map(at -> release.isPresent() && at.isAfter(expiry) ? at : expiry);
    return new Wanted(
        power,
        Optional.of(next),
        Optional.empty(),
        now,
        Optional.empty(),
        later,
        removal,
        restarts,
        round);
  }

  public Wanted withFault(Fault why, Instant now) {
    return new Wanted(
        power, release, Optional.of(why), now, wokenAt, expiresAt, removal, restarts, round);
  }

  public Wanted asleep() {
    return new Wanted(
        Power.OFF, release, fault, askedAt, Optional.empty(), expiresAt, removal, restarts, round);
  }

  public Wanted awake(Instant now) {
    return power == Power.ON
        ? this
        : new Wanted(
            Power.ON,
            release,
            fault,
            askedAt,
            Optional.of(now),
            expiresAt,
            removal,
            restarts,
            round);
  }

  public Wanted removed(String why) {
    return removal.isPresent()
        ? this
        : new Wanted(
            power, release, fault, askedAt, wokenAt, expiresAt, Optional.of(why), restarts, round);
  }

  public Wanted expiring(Optional<Instant> at) {
    return new Wanted(power, release, fault, askedAt, wokenAt, at, removal, restarts, round);
  }

  /// @param components services and tests
  public Wanted restarted(Iterable<ComponentName> components) {
    var counts = new TreeMap<>(restarts);
    components.forEach(name -> counts.merge(name, 1, Integer::sum));
    if (counts.equals(restarts)) {
      return this;
    }
    return new Wanted(
        power, release, fault, askedAt, Optional.empty(), expiresAt, removal, counts, round);
  }

  /// Discards all recorded failures, so that every step is tried again.
  public Wanted retried() {
    return new Wanted(
        power, release, fault, askedAt, wokenAt, expiresAt, removal, restarts, round + 1);
  }
}
