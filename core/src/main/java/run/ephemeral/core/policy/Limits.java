package run.ephemeral.core.policy;

import java.time.Duration;

/// Every bound there is, in one place. The number and why it is that number.
///
/// @param environments in all: a laptop's memory holds a few dozen small services
/// @param specBytes of one `ephemeral.yaml`: the largest sensible one is a tenth of it
/// @param starts how often a service that never became healthy is tried: enough to sit out a
///     database
///     that comes up late, few enough not to heat the room
/// @param restart waits between those tries
/// @param steady a service that served this long has proved itself: its next failure is its
///     first
/// @param retry waits between tries of what failed outside: they never end
/// @param room waits between tries of what waits for room, or must be taken away
/// @param grace what expires is kept at least this long after a time in which nobody could visit
/// @param builds side by side: they are made of work for the processor
/// @param build one build: a cold Maven or npm build of a large application fits
/// @param seed filling one golden database
/// @param test one test
/// @param drain what requests under way get before their process is stopped
/// @param stop what a process gets between being asked and being made to end
/// @param logBytes one log file before it is rotated; one older file is kept
/// @param cacheBytes all artifacts together
/// @param spares copies of each golden database that are made before somebody asks: two, since
///     whoever pushes twice in a row is common, and disks are not endless
/// @param unused how long what nothing uses is kept: golden databases, logs of failed builds
/// @param lease how long a control plane that went silent blocks its environments
/// @param executions commands of `ephemeral exec` at once: more than people of one machine type
/// @param streams clients that follow something at once: `logs -f`, `events -f`, `exec`, a page
public record Limits(
    int environments,
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
