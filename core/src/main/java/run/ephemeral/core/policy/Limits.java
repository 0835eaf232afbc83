package run.ephemeral.core.policy;

import java.time.Duration;

/// Every limit, with the reason for its value.
///
/// @param environments on this machine, or where there is room: the memory of a laptop holds a few
///     dozen small services
/// @param onClusters environments of clusters that people named: as many as one control plane was
///     measured with, and some
/// @param specBytes size of an `ephemeral.yaml`: the largest sensible one has a tenth of that
/// @param starts how often a service that never became healthy is started: enough for a database
///     that comes up late, few enough not to waste CPU time
/// @param restart waits between these starts
/// @param steady after serving this long, the next failure of a service counts as its first
/// @param retry waits between attempts after external or internal failures: never given up
/// @param room waits between attempts that need capacity or an artifact, remove something, or
///     observe
/// @param grace an environment does not expire until visitors could reach it for this long without
///     a gap
/// @param builds in parallel: builds are CPU-bound
/// @param build time for one build: enough for a cold Maven or npm build of a large application
/// @param seed time for filling one golden database
/// @param test time for one test
/// @param drain time for requests under way before their process is stopped
/// @param stop time between asking a process to terminate and killing it
/// @param logBytes size at which a log file is rotated; one older file is kept
/// @param cacheBytes size of all artifacts together
/// @param spares copies of each golden database made in advance: two, since two pushes in a row are
///     common and disk space is limited
/// @param unused how long unused golden databases and logs of failed builds are kept
/// @param lease duration of a lease: how long a control plane that stopped responding blocks its
///     environments
/// @param executions parallel commands of `ephemeral exec`: more than the users of one machine need
/// @param streams parallel streaming clients: `logs -f`, `events -f`, `exec`, a page
public record Limits(
    int environments,
    int onClusters,
    int specBytes,
    int starts,
    Backoff restart,
    Duration steady,
    Backoff retry,
    Backoff room,
    Duration grace,
    int builds,
    Duration build,
    Duration seed,
    Duration test,
    Duration drain,
    Duration stop,
    long logBytes,
    long cacheBytes,
    int spares,
    Duration unused,
    Duration lease,
    int executions,
    int streams) {
  public static final Limits DEFAULT =
      new Limits(
          100,
          2000,
          256 * 1024,
          5,
          new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1)),
          Duration.ofMinutes(1),
          new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(10)),
          new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1)),
          Duration.ofHours(24),
          2,
          Duration.ofMinutes(20),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          10L * 1024 * 1024,
          10L * 1024 * 1024 * 1024,
          2,
          Duration.ofDays(14),
          Duration.ofSeconds(20),
          20,
          200);
}
