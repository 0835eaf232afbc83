package run.ephemeral.specfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import run.ephemeral.core.spec.Nearest;

/// Builds the records of a spec from a tree of YAML nodes, by the [Shape] of each component.
///
/// Finds every problem instead of stopping at the first: an invalid value becomes null and its
/// problem is added to [#problems]. Rules between keys are not checked here.
final class Binder {
  private static final Set<Tag> PLAIN =
      Set.of(
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.SEQ,
          Tag.MAP,
          Tag.ENV_TAG,
          Tag.MERGE);

  private final Problems problems = new Problems();
  private final Problems notes = new Problems();
  private final boolean onlyProcesses;

  /// @param onlyProcesses whether keys for other engines are noted as unused
  Binder(boolean onlyProcesses) {
    this.onlyProcesses = onlyProcesses;
  }

  /// A key of the file with its value.
  private record Given(ScalarNode key, Node value) {
    boolean isNothing() {
      return Binder.isNothing(value);
    }
  }

  Problems problems() {
    return problems;
  }

  Problems notes() {
    return notes;
  }

  @Nullable Object bind(Shape shape, Node node, Location place) {
    if (!PLAIN.contains(node.getTag())) {
      var tag = Shown.quoted(node.getTag().getValue().replace(Tag.PREFIX, "!!"));
      problems.add(place.at(node), "the tag %s means nothing here".formatted(tag));
      return null;
    }
    return switch (shape) {
      case Shape.Fields fields -> record(fields, node, place);
      case Shape.Entries entries -> map(entries, node, place);
      case Shape.Items items -> list(items, node, place);
      case Shape.Anything _ -> anything(node, place);
      case Shape.Scalar scalar -> scalar(scalar, node, place);
    };
  }

  private @Nullable Object record(Shape.Fields shape, Node node, Location place) {
    if (node instanceof ScalarNode scalar && shape.shortForm().isPresent()) {
      return shortForm(shape, shape.shortForm().get(), scalar, place);
    }
    if (!(node instanceof MappingNode mapping)) {
      return mistaken(shape, node, place);
    }
    var given = given(mapping, place);
    var names = shape.keys().stream().map(Key::name).toList();
    for (var entry : given.entrySet()) {
      if (shape.key(entry.getKey()).isEmpty()) {
        var at = place.key(entry.getValue().key(), entry.getKey());
        var hint = Nearest.hint(entry.getKey(), names);
        var where = place.path().isEmpty() ? "" : " in " + place.shown();
        problems.add(at, "%s is not a key%s.%s".formatted(at.shown(), where, hint));
      }
    }
    var values = new ArrayList<@Nullable Object>();
    for (var key : shape.keys()) {
      values.add(component(key, Optional.ofNullable(given.get(key.name())), place));
    }
    return make(shape, values, place);
  }

  private @Nullable Object shortForm(Shape.Fields shape, Key key, ScalarNode node, Location place) {
    var values = new ArrayList<@Nullable Object>();
    for (var other : shape.keys()) {
      values.add(
          other.equals(key)
              ? fit(key, bind(key.shape(), node, place))
              : other.fallback().orElseThrow());
    }
    return make(shape, values, place);
  }

  private @Nullable Object make(Shape.Fields shape, List<@Nullable Object> values, Location place) {
    if (values.stream().anyMatch(Objects::isNull)) {
      return null;
    }
    try {
      return Key.make(shape, values.stream().map(Objects::requireNonNull));
    } catch (IllegalArgumentException e) {
      problems.add(place, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable Object component(Key key, Optional<Given> given, Location place) {
    if (given.isEmpty() || given.get().isNothing()) {
      return key.fallback().orElseGet(() -> missing(key, given, place));
    }
    var at = place.key(given.get().key(), key.name(), key.shape());
    var value = given.get().value();
    if (!key.built()) {
      return notBuilt(key, at);
    }
    if (onlyProcesses && !key.doc().unusedHere().isEmpty()) {
      notes.add(at, key.doc().unusedHere());
    }
    return fit(key, bind(key.shape(), value, at));
  }

  private static @Nullable Object fit(Key key, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    var spelled = key.isPath() && value instanceof String path ? Scalars.path(path) : value;
    return key.optional() ? Optional.of(spelled) : spelled;
  }

  private @Nullable Object missing(Key key, Optional<Given> given, Location place) {
    var at = given.map(g -> place.key(g.key(), key.name())).orElse(place);
    var what =
        given.isPresent()
            ? "`%s` has no value".formatted(key.name())
            : "%s needs `%s`".formatted(place.shown(), key.name());
    return complain(at, "%s; for example `%s`".formatted(what, Example.of(key.name())));
  }

  private @Nullable Object notBuilt(Key key, Location at) {
    problems.add(at, "`%s` is not built yet: %s".formatted(key.name(), key.doc().notBuilt()));
    return null;
  }

  private @Nullable Object map(Shape.Entries shape, Node node, Location place) {
    if (!(node instanceof MappingNode mapping)) {
      return mistaken(shape, node, place);
    }
    var complete = true;
    var values = new LinkedHashMap<Object, Object>();
    for (var entry : given(mapping, place).entrySet()) {
      var given = entry.getValue();
      var at = place.entry(given.key(), entry.getKey(), shape.value());
      var key = mapKey(shape.key(), given.key(), at);
      var value = mapValue(shape.value(), given, at);
      if (key == null || value == null) {
        complete = false;
      } else {
        values.put(key, value);
      }
    }
    return complete ? values : null;
  }

  private @Nullable Object mapKey(Shape.Scalar shape, ScalarNode key, Location at) {
    return switch (Scalars.read(shape, key)) {
      case Scalars.Good(var value) -> value;
      case Scalars.Bad(var why) ->
          complain(at, shape instanceof Shape.Name ? "a name " + why : why);
      case Scalars.Mistaken _ -> mistaken(shape, key, at);
    };
  }

  /// An entry without content gets the defaults of its record; a variable without a value is more
  /// likely a mistake than an empty text.
  private @Nullable Object mapValue(Shape shape, Given given, Location at) {
    if (given.isNothing() && shape instanceof Shape.Fields) {
      var none = new MappingNode(Tag.MAP, List.of(), FlowStyle.FLOW);
      return bind(shape, none, at);
    }
    if (given.isNothing()) {
      var name = Shown.brief(given.key().getValue());
      return complain(
          at, "`%1$s` has no value; for an empty text write `%1$s: \"\"`".formatted(name));
    }
    return bind(shape, given.value(), at);
  }

  private @Nullable Object list(Shape.Items shape, Node node, Location place) {
    if (!(node instanceof SequenceNode sequence)) {
      return mistaken(shape, node, place);
    }
    var complete = true;
    var values = new ArrayList<Object>();
    for (var item : sequence.getValue()) {
      var at = place.item(item, values.size());
      var value = isNothing(item) ? mistaken(shape.item(), item, at) : bind(shape.item(), item, at);
      complete &= value != null;
      values.add(value == null ? "" : value);
    }
    return complete ? List.copyOf(values) : null;
  }

  private @Nullable Object scalar(Shape.Scalar shape, Node node, Location place) {
    if (!(node instanceof ScalarNode scalar)) {
      return mistaken(shape, node, place);
    }
    return switch (Scalars.read(shape, scalar)) {
      case Scalars.Good(var value) -> value;
      case Scalars.Bad(var why) -> complain(place.at(node), place.shown() + " " + why);
      case Scalars.Mistaken _ -> mistaken(shape, node, place);
    };
  }

  /// Plain maps, lists and strings, whose meaning is not known here.
  private Object anything(Node node, Location place) {
    return switch (node) {
      case MappingNode mapping -> {
        var values = new LinkedHashMap<String, Object>();
        given(mapping, place).forEach((key, g) -> values.put(key, anything(g.value(), place)));
        yield values;
      }
      case SequenceNode sequence ->
          sequence.getValue().stream().map(item -> anything(item, place)).toList();
      case ScalarNode scalar -> {
        if (scalar.getValue().indexOf('\0') >= 0) {
          problems.add(place.at(scalar), "%s cannot hold a NUL character".formatted(place.shown()));
        }
        yield scalar.getValue();
      }
      default -> throw new IllegalStateException("a node is a mapping, a list or a scalar");
    };
  }

  /// The keys of a mapping, in order. Duplicate keys and keys that are not text are problems.
  private Map<String, Given> given(MappingNode mapping, Location place) {
    var given = new LinkedHashMap<String, Given>();
    for (var tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(
            place.at(tuple.getKeyNode()),
            "a key must be text, not %s".formatted(Shown.found(tuple.getKeyNode())));
        continue;
      }
      var name = key.getValue();
      var first = given.putIfAbsent(name, new Given(key, tuple.getValueNode()));
      if (first != null) {
        var at = place.key(key, name);
        var line = Location.markOf(first.key()).getLine() + 1;
        problems.add(at, "%s is here twice; the first is on line %d".formatted(at.shown(), line));
      }
    }
    return given;
  }

  private @Nullable Object mistaken(Shape shape, Node node, Location place) {
    return complain(
        place.at(node),
        "%s must be %s, not %s; for example `%s`"
            .formatted(place.shown(), shape.words(), Shown.found(node), place.example()));
  }

  private @Nullable Object complain(Location place, String message) {
    problems.add(place, message);
    return null;
  }

  private static boolean isNothing(Node node) {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }
}
