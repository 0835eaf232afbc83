package run.ephemeral.core.step;

/// By whose right a step is done. Whoever has a later one may refuse an earlier.
///
/// @param lease the token of the lease of the environment: it grows with every lease
/// @param generation of what was wanted when the step was planned, for engines that mark with it
///     what they make
public record Fence(long lease, long generation) {}
