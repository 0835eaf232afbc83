package run.ephemeral.core.spec;

import java.util.Optional;

/// A data store of the app: today a PostgreSQL database.
public record DataSpec(
    @Doc("The major version of a PostgreSQL database.") Optional<Integer> postgres,
    @Doc("What a new copy holds: an SQL file, a folder of them in order, or a command.")
        Optional<SeedSpec> seed,
    @Doc(value = "A bucket for objects.", notBuilt = "buckets come with a later version")
        Optional<Boolean> bucket) {
  public static final int POSTGRES = 18;

  public DataSpec(Optional<SeedSpec> seed) {
    this(Optional.of(POSTGRES), seed, Optional.empty());
  }
}
