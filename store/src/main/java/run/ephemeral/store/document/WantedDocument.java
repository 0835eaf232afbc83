package run.ephemeral.store.document;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.spec.ComponentName;

/// [Wanted] as it is stored.
record WantedDocument(
    String power,
    Optional<ReleaseDocument> release,
    Optional<FaultDocument> fault,
    Instant askedAt,
    Optional<Instant> wokenAt,
    Optional<Instant> expiresAt,
    Optional<String> removal,
    Map<String, Integer> restarts,
    int round) {
  static WantedDocument of(Wanted wanted) {
    return new WantedDocument(
        wanted.power().name(),
        wanted.release().map(ReleaseDocument::of),
        wanted.fault().map(FaultDocument::of),
        wanted.askedAt(),
        wanted.wokenAt(),
        wanted.expiresAt(),
        wanted.removal(),
        Maps.sorted(wanted.restarts(), ComponentName::value, count -> count),
        wanted.round());
  }

  Wanted wanted() {
    return new Wanted(
        Power.valueOf(power),
        release.map(ReleaseDocument::release),
        fault.map(FaultDocument::fault),
        askedAt,
        wokenAt,
        expiresAt,
        removal,
        Maps.of(restarts, ComponentName::new, count -> count),
        round);
  }
}
