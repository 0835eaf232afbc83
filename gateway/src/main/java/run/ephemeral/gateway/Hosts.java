package run.ephemeral.gateway;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the label before the gateway's domain out of a Host header.
///
/// Tells what was asked for, not whether that exists. An environment's name has no double dash, so
/// the first one ends the service's name.
final class Hosts {
  private final String suffix;

  Hosts(String domain) {
    this.suffix = "." + domain;
  }

  sealed interface Destination {
    /// @param service null at the environment's own host name
    record Named(String environment, @Nullable String service) implements Destination {}

    /// A host name that is none of ours, or the bare domain.
    record Elsewhere(String name) implements Destination {}

    record Malformed() implements Destination {}
  }

  Destination destination(String host) {
    var name = nameOf(host);
    if (name == null) {
      return new Destination.Malformed();
    }
    int end = name.length() - suffix.length();
    if (end <= 0 || !name.regionMatches(true, end, suffix, 0, suffix.length())) {
      return new Destination.Elsewhere(name);
    }
    var label = lower(name.substring(0, end));
    int dashes = label.indexOf("--");
    if (label.indexOf('.') >= 0 || dashes == 0) {
      return new Destination.Elsewhere(name);
    }
    return dashes < 0
        ? new Destination.Named(label, null)
        : new Destination.Named(label.substring(dashes + 2), label.substring(0, dashes));
  }

  /// The host without port and trailing dot; null if it is not a host name.
  private static @Nullable String nameOf(String host) {
    int end = host.length();
    int colon = host.lastIndexOf(':');
    if (colon >= 0 && host.indexOf(']', colon) < 0) {
      if (!isPort(host, colon + 1)) {
        return null;
      }
      end = colon;
    }
    if (end > 1 && host.charAt(end - 1) == '.') {
      end--;
    }
    boolean literal = end > 2 && host.charAt(0) == '[' && host.charAt(end - 1) == ']';
    for (int i = literal ? 1 : 0; i < (literal ? end - 1 : end); i++) {
      char c = host.charAt(i);
      boolean ok =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '.'
              || (literal ? c == ':' : c == '_');
      if (!ok) {
        return null;
      }
    }
    return end == 0 ? null : host.substring(0, end);
  }

  private static boolean isPort(String host, int from) {
    int digits = host.length() - from;
    if (digits < 1 || digits > 5) {
      return false;
    }
    for (int i = from; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static String lower(String label) {
    for (int i = 0; i < label.length(); i++) {
      char c = label.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return label.toLowerCase(Locale.ROOT);
      }
    }
    return label;
  }
}
