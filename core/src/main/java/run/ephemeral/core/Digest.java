package run.ephemeral.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// SHA-256 over a list of strings, framed by length so that no two lists collide by
/// concatenation.
public record Digest(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public Digest {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("a digest is 64 hexadecimal digits, not " + hex);
    }
  }

  /// Whether a text is a digest.
  public static boolean isHex(String text) {
    return FORM.matcher(text).matches();
  }

  public static Digest of(String... parts) {
    return of(List.of(parts));
  }

  public static Digest of(List<String> parts) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        var bytes = part.getBytes(UTF_8);
        sha.update((bytes.length + ":").getBytes(UTF_8));
        sha.update(bytes);
      }
      return new Digest(HexFormat.of().formatHex(sha.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// The plain SHA-256 of bytes.
  public static Digest of(byte[] bytes) {
    try {
      return new Digest(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// Starts a digest of named parts.
  ///
  /// @param kind the kind of thing and the version of its parts, such as `unit 2`: digests of
  ///     different kinds are never equal
  public static Named named(String kind) {
    return new Named(kind);
  }

  /// Collects named parts. An absent part adds nothing: a later version of this program that knows
  /// one more part computes the same digest for inputs that lack that part.
  public static final class Named {
    private final List<String> parts = new ArrayList<>();

    private Named(String kind) {
      parts.add(kind);
    }

    public Named part(String name, String value) {
      parts.addAll(List.of(name, value));
      return this;
    }

    public Named part(String name, Optional<String> value) {
      value.ifPresent(present -> part(name, present));
      return this;
    }

    /// The order of the keys does not matter.
    public Named part(String name, Map<String, String> values) {
      new TreeMap<>(values).forEach((key, value) -> part(name, Digest.of(key, value).hex()));
      return this;
    }

    public Digest digest() {
      return Digest.of(parts);
    }
  }

  /// The first 12 digits, for messages and file names.
  public String brief() {
    return hex.substring(0, 12);
  }
}
