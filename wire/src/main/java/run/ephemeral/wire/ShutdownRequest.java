package run.ephemeral.wire;

/// Asks the control plane to stop everything it runs and exit.
///
/// @param purge also delete all data: databases, workspaces, builds, apps
/// @param keepRunning leave services running, so that the next start adopts them
public record ShutdownRequest(boolean purge, boolean keepRunning) {}
