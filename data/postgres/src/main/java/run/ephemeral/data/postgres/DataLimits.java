package run.ephemeral.data.postgres;

import java.time.Duration;

/// What a data server allows and keeps.
///
/// @param seed how long a seed may take
/// @param spares copies of each golden database that are made in advance
/// @param unused how long an unused golden database is kept
public record DataLimits(Duration seed, int spares, Duration unused) {}
