package run.ephemeral.data.postgres;

import java.time.Duration;

/// What a data server allows and keeps.
///
/// @param seed how long a seed may take
/// @param spares copies of each golden database that are made before anybody asks
/// @param unused for how long a golden database is kept that nobody uses
public record DataLimits(Duration seed, int spares, Duration unused) {}
