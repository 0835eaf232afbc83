package run.ephemeral.specfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// A place in the file: the keys that lead there, and a line and column.
///
/// @param shown the name of the place in messages
/// @param example a valid value for the place
record Location(List<String> path, Mark mark, String shown, String example) {
  static Location root(Node root) {
    return new Location(List.of(), markOf(root), "the file", Example.of("app"));
  }

  /// The value of a key of the file.
  Location key(Node key, String name) {
    return new Location(and(name), markOf(key), Shown.quoted(name), Example.of(name));
  }

  /// The value of a key of the file, which may be a key of another kind elsewhere.
  Location key(Node key, String name, Shape shape) {
    var example = shape instanceof Shape.Truth ? name + ": true" : Example.of(name);
    return new Location(and(name), markOf(key), Shown.quoted(name), example);
  }

  /// The value of a key that the author chose.
  Location entry(Node key, String name, Shape shape) {
    var shown = Shown.brief(name);
    return new Location(and(name), markOf(key), Shown.quoted(name), Example.of(shown, shape));
  }

  /// An entry of the list at this place.
  Location item(Node item, int index) {
    var shown = "entry %d of %s".formatted(index + 1, this.shown);
    return new Location(and(Integer.toString(index)), markOf(item), shown, example);
  }

  /// A copy that points at the value instead of its key.
  Location at(Node value) {
    return new Location(path, markOf(value), shown, example);
  }

  private List<String> and(String step) {
    var longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }

  static Mark markOf(Node node) {
    return node.getStartMark().orElseThrow(() -> new IllegalStateException("a node has a mark"));
  }

  /// The place of a path of keys, as far as the file contains it: the value if it is a scalar on
  /// the line of its key, else the key, which tells more than the first line of the value.
  static Mark find(Node root, List<String> path) {
    var mark = markOf(root);
    var node = root;
    for (var step : path) {
      var tuple = child(node, step);
      if (tuple.isEmpty()) {
        break;
      }
      var key = markOf(tuple.get().getKeyNode());
      node = tuple.get().getValueNode();
      mark = standsBehind(key, node) ? markOf(node) : key;
    }
    return mark;
  }

  private static boolean standsBehind(Mark key, Node value) {
    return value instanceof ScalarNode scalar
        && !(scalar.isPlain() && scalar.getValue().isEmpty())
        && markOf(value).getLine() == key.getLine()
        && markOf(value).getIndex() > key.getIndex();
  }

  private static Optional<NodeTuple> child(Node node, String key) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key))
            .findFirst()
        : Optional.empty();
  }
}
