package run.ephemeral.wire;

/// Tells that an image was pushed.
///
/// @param image its name without a tag, such as `ghcr.io/acme/shop-web`
public record PushedImageRequest(String image) {}
