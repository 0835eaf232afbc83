package run.ephemeral.core.name;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which clusters an environment may run on: the one of a name, or all with some labels. Written as
/// `staging`, or as `region=eu,size=large`.
public sealed interface ClusterSelector {
  Pattern KEY = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?");
  Pattern VALUE = Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");

  /// The longest key, and the longest value.
  int LONGEST = 63;

  /// The prefix of the labels of our objects in clusters.
  String RESERVED = "ephemeral.run/";

  record Named(ClusterName name) implements ClusterSelector {
    @Override
    public String toString() {
      return name.value();
    }
  }

  /// @param labels not empty
  record Labelled(Map<String, String> labels) implements ClusterSelector {
    public Labelled {
      labels = Collections.unmodifiableMap(new TreeMap<>(labels));
      if (labels.isEmpty()) {
        throw new IllegalArgumentException("a selector without labels");
      }
      labels.forEach(ClusterSelector::checkLabel);
    }

    @Override
    public String toString() {
      return labels.entrySet().stream()
          .map(label -> label.getKey() + "=" + label.getValue())
          .collect(Collectors.joining(","));
    }
  }

  /// @throws IllegalArgumentException with a sentence for people
  static ClusterSelector parse(String text) {
    if (!text.contains("=") && !text.contains(",")) {
      return new Named(new ClusterName(text));
    }
    var labels = new TreeMap<String, String>();
    for (var each : text.split(",", -1)) {
      var pair = each.split("=", 2);
      if (pair.length < 2) {
        throw new IllegalArgumentException(
            "`%s` selects no clusters; write a name, or labels such as region=eu,size=large"
                .formatted(text));
      }
      if (labels.put(pair[0], pair[1]) != null) {
        throw new IllegalArgumentException(
            "`%s` names the label `%s` twice; a cluster has one value of it"
                .formatted(text, pair[0]));
      }
    }
    return new Labelled(labels);
  }

  /// @throws IllegalArgumentException when it cannot be a label of a cluster
  static void checkLabel(String key, String value) {
    checkKey(key);
    check("value of the label `%s`".formatted(key), value, VALUE);
  }

  /// @throws IllegalArgumentException when it cannot be the key of a label of a cluster
  static void checkKey(String key) {
    check("key of a label", key, KEY);
  }

  /// @throws IllegalArgumentException when people may not give a cluster a label with this key
  static void checkFree(String key) {
    if (key.startsWith(RESERVED)) {
      throw new IllegalArgumentException(
          "`%s` is not for clusters: ephemeral marks objects with labels `%s…`"
              .formatted(key, RESERVED));
    }
  }

  private static void check(String what, String text, Pattern form) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "the %s has %d characters, and at most %d are possible: `%s…`"
              .formatted(what, text.length(), LONGEST, text.substring(0, LONGEST)));
    }
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException(
          ("`%s` is not the %s: letters and digits at both ends; dots, dashes and underscores"
                  + " between them")
              .formatted(text, what));
    }
  }

  default boolean matches(ClusterName cluster, Map<String, String> ofCluster) {
    return switch (this) {
      case Named(var name) -> name.equals(cluster);
      case Labelled(var labels) -> ofCluster.entrySet().containsAll(labels.entrySet());
    };
  }

  /// Whether only this machine is meant; it has no labels.
  default boolean isHere() {
    return this instanceof Named(var name) && name.equals(ClusterName.LOCAL);
  }
}
