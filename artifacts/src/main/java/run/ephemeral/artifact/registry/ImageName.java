package run.ephemeral.artifact.registry;

import java.util.regex.Pattern;

/// The name of an image without a tag, as Docker reads it: `nginx` is `docker.io/library/nginx`.
///
/// @param host of the registry, with its port
/// @param path within the registry
record ImageName(String host, String path) {
  private static final String HUB = "docker.io";
  private static final String HUB_API = "registry-1.docker.io";
  private static final Pattern PATH =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?");
  private static final int LONGEST = 255;

  /// @throws IllegalArgumentException with a sentence for people
  static ImageName parse(String text) {
    var slash = text.indexOf('/');
    var first = slash < 0 ? "" : text.substring(0, slash);
    var isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
    var host = isHost ? first : HUB;
    var rest = isHost ? text.substring(slash + 1) : text;
    var path = host.equals(HUB) && !rest.contains("/") ? "library/" + rest : rest;
    if (text.length() > LONGEST || !PATH.matcher(path).matches() || !HOST.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "`%s` is not the name of an image, such as ghcr.io/acme/shop; the tag is looked up"
              .formatted(text));
    }
    return new ImageName(host, path);
  }

  /// The host of an image's registry; empty when this is not the name of an image.
  static String host(String text) {
    try {
      return parse(text).host();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /// Where the registry answers.
  String api() {
    return host.equals(HUB) ? HUB_API : host;
  }

  /// The key of the registry in Docker's config.json.
  String credentialsKey() {
    return host.equals(HUB) ? "https://index.docker.io/v1/" : host;
  }

  @Override
  public String toString() {
    return host + "/" + path;
  }
}
