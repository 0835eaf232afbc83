package run.ephemeral.core.step;

/// The right under which a step is performed. The receiver refuses a step whose lease is older than
/// one seen before.
///
/// @param lease the token of the environment's lease, which grows with every lease
/// @param generation of the desired state for which the step was planned, for engines that label
///     resources with it
public record Fence(long lease, long generation) {}
