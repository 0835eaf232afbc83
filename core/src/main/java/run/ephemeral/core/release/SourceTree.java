package run.ephemeral.core.release;

/// The content of a file or folder of a repository.
///
/// @param mirror which of our copies has it
/// @param path where it is in a commit, for people; not what it is known by
/// @param hash of the content
public record SourceTree(Mirror mirror, String path, String hash) {}
