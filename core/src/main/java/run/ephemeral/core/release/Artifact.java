package run.ephemeral.core.release;

/// Content that was built or found for an [ArtifactOrder].
public sealed interface Artifact {
  /// A folder of this machine. The order determines its content.
  record Folder() implements Artifact {}

  /// An image of a registry.
  ///
  /// @param tag under which the image was found; a later push may move the tag
  /// @param digest identifies the image that is run, even after the tag moved
  record Image(String image, String tag, String digest) implements Artifact {
    /// The immutable name of the image.
    public String reference() {
      return image + "@" + digest;
    }
  }
}
