package run.ephemeral.specfile;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;

/// The type of the value at one place of the file, derived from the type of a record's component.
///
/// The reader, the JSON Schema and the reference page all use these types, so that none of them can
/// have a key that the others lack. Independent of YAML.
sealed interface Shape {
  /// The shape of an `ephemeral.yaml`.
  Fields FILE = Fields.of(AppSpec.class);

  /// The expected value, in words that fit after "must be".
  String words();

  /// A shape whose value is a YAML scalar.
  sealed interface Scalar extends Shape {}

  /// Any text; numbers, `true` and `false` count as the text they are written as.
  record Text() implements Scalar {
    @Override
    public String words() {
      return "text";
    }
  }

  /// `true` or `false`.
  record Truth() implements Scalar {
    @Override
    public String words() {
      return "true or false";
    }
  }

  /// A whole number.
  record Whole() implements Scalar {
    @Override
    public String words() {
      return "a whole number";
    }
  }

  /// A length of time.
  record Span() implements Scalar {
    /// Days, hours, minutes and seconds, each at most once and in this order.
    static final String PATTERN = "^(?=.)([0-9]{1,5}d)?([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$";

    @Override
    public String words() {
      return "a duration";
    }
  }

  /// One of a few words: the constants of an enum.
  record Word(List<? extends Enum<?>> constants) implements Scalar {
    List<String> all() {
      return constants.stream().map(Word::inFile).toList();
    }

    static String inFile(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String words() {
      return all().stream().map(word -> "`" + word + "`").collect(Collectors.joining(" or "));
    }
  }

  /// A name that becomes part of host names.
  ///
  /// @param make throws an IllegalArgumentException with a sentence for people
  record Name(Function<String, Object> make, int longest) implements Scalar {
    static final String PATTERN = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";

    @Override
    public String words() {
      return "a name";
    }
  }

  /// A list.
  record Items(Shape item) implements Shape {
    @Override
    public String words() {
      return item instanceof Name ? "a list of names" : "a list of " + item.words();
    }
  }

  /// A mapping whose keys the author chooses.
  record Entries(Scalar key, Shape value) implements Shape {
    @Override
    public String words() {
      return "a mapping";
    }
  }

  /// A mapping whose keys are the components of a record.
  record Fields(Class<?> type, List<Key> keys) implements Shape {
    static Fields of(Class<?> type) {
      return new Fields(type, Stream.of(type.getRecordComponents()).map(Key::of).toList());
    }

    Optional<Key> key(String name) {
      return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /// The keys that this version supports.
    List<Key> built() {
      return keys.stream().filter(Key::built).toList();
    }

    /// The key that a bare text sets, where the mapping may be omitted.
    Optional<Key> shortForm() {
      return Key.shortFormOf(type).flatMap(this::key);
    }

    @Override
    public String words() {
      return shortForm().isPresent() ? "text or a mapping" : "a mapping";
    }
  }

  /// Any value; its meaning is not checked here.
  record Anything() implements Shape {
    @Override
    public String words() {
      return "anything";
    }
  }

  /// The shape of a component's type.
  static Shape of(Type type) {
    if (type instanceof ParameterizedType generic) {
      var arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? new Entries((Scalar) of(arguments[0]), of(arguments[1]))
          : new Items(of(arguments[0]));
    }
    return of((Class<?>) type);
  }

  private static Shape of(Class<?> type) {
    if (type.isRecord() && type != AppName.class && type != ComponentName.class) {
      return Fields.of(type);
    }
    if (type.isEnum()) {
      return new Word(Arrays.stream(type.getEnumConstants()).map(c -> (Enum<?>) c).toList());
    }
    return switch (type.getSimpleName()) {
      case "String" -> new Text();
      case "boolean", "Boolean" -> new Truth();
      case "int", "Integer" -> new Whole();
      case "Object" -> new Anything();
      case "AppName" -> new Name(AppName::new, AppName.LONGEST);
      case "ComponentName" -> new Name(ComponentName::new, ComponentName.LONGEST);
      default -> {
        if (type != Duration.class) {
          throw new IllegalStateException("the file has no way to write a " + type);
        }
        yield new Span();
      }
    };
  }
}
