package run.ephemeral.specfile;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import run.ephemeral.core.spec.Doc;
import run.ephemeral.core.spec.SeedSpec;

/// One key of the file and the component of a record that it fills.
///
/// Defaults are decided here, by type, so that a record needs no second place for its defaults. The
/// few exceptions by name are here, too.
///
/// @param optional whether the component is an [Optional] of the shape
record Key(String name, Shape shape, boolean optional, Doc doc) {
  static Key of(RecordComponent component) {
    var doc = component.getAnnotation(Doc.class);
    if (doc == null) {
      throw new IllegalStateException("a key without @Doc: " + component);
    }
    var name = doc.key().isEmpty() ? component.getName() : doc.key();
    var type = component.getGenericType();
    return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class
        ? new Key(name, Shape.of(generic.getActualTypeArguments()[0]), true, doc)
        : new Key(name, Shape.of(type), false, doc);
  }

  /// `seed: db/seed.sql` is `seed: { path: db/seed.sql }`.
  static Optional<String> shortFormOf(Class<?> type) {
    return type == SeedSpec.class ? Optional.of("path") : Optional.empty();
  }

  boolean built() {
    return doc.notBuilt().isEmpty();
  }

  boolean required() {
    return fallback().isEmpty();
  }

  /// The description in the schema and on the reference page.
  String meaning() {
    var unused = doc.unusedHere();
    return unused.isEmpty() ? doc.value() : "%s Not used here: %s.".formatted(doc.value(), unused);
  }

  /// Every `path` names a folder or file of the repository.
  boolean isPath() {
    return name.equals("path");
  }

  /// The default of the component; empty when the key is required.
  Optional<Object> fallback() {
    if (optional) {
      return Optional.of(Optional.empty());
    }
    return switch (shape) {
      case Shape.Text _ -> isPath() ? Optional.of(".") : Optional.empty();
      case Shape.Truth _ -> Optional.of(false);
      case Shape.Word word -> Optional.of(word.constants().getFirst());
      case Shape.Items _ -> Optional.of(List.of());
      case Shape.Entries _ -> name.equals("services") ? Optional.empty() : Optional.of(Map.of());
      case Shape.Fields fields -> whole(fields);
      case Shape.Whole _, Shape.Span _, Shape.Name _, Shape.Anything _ -> Optional.empty();
    };
  }

  private static Optional<Object> whole(Shape.Fields fields) {
    var values = fields.keys().stream().map(Key::fallback).toList();
    return values.stream().allMatch(Optional::isPresent)
        ? Optional.of(make(fields, values.stream().flatMap(Optional::stream)))
        : Optional.empty();
  }

  /// The record with these values, which are in the order of its components.
  ///
  /// @throws IllegalArgumentException when the record's constructor rejects them
  static Object make(Shape.Fields fields, Stream<Object> values) {
    var components = fields.type().getRecordComponents();
    var types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return fields.type().getDeclaredConstructor(types).newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("cannot make a " + fields.type(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + fields.type(), e);
    }
  }
}
