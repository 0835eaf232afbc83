package run.ephemeral.core.release;

/// Content that was made or found for an [ArtifactOrder].
public sealed interface Artifact {
  /// A folder of this machine. What is in it follows from its order.
  record Folder() implements Artifact {}

  /// An image of a registry.
  ///
  /// @param tag by which it was found; another push may move it
  /// @param digest what is run, whatever becomes of the tag
  record Image(String image, String tag, String digest) implements Artifact {
    /// What is run, wherever it moves.
    public String reference() {
      return image + "@" + digest;
    }
  }
}
