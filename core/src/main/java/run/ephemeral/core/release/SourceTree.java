package run.ephemeral.core.release;

/// The content of a file or folder of a repository.
///
/// @param mirror the local copy that contains it
/// @param path within its commit. Artifacts are found by the hash alone
/// @param hash of the content
public record SourceTree(Mirror mirror, String path, String hash) {}
