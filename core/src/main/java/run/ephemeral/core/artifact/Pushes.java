package run.ephemeral.core.artifact;

/// Port: is told of images that were pushed, so that nobody waits for the next question to their
/// registry.
@FunctionalInterface
public interface Pushes {
  /// Looks for the image again where it is waited for. Returns at once.
  ///
  /// @param image its name without a tag
  /// @throws IllegalArgumentException when it is no name of an image
  void pushed(String image);
}
