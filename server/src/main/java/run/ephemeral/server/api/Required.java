package run.ephemeral.server.api;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Null checks for request bodies: Jackson does not enforce `@NullMarked`.
final class Required {
  private Required() {}

  /// @throws IllegalArgumentException when there is no body
  static <R> R body(@Nullable R request) {
    return present(request, "a body");
  }

  /// A field of the body.
  ///
  /// @throws IllegalArgumentException when it is missing
  static <R, T> T in(@Nullable R request, Function<R, @Nullable T> part, String name) {
    return present(part.apply(body(request)), "`" + name + "`");
  }

  /// The items of a list, none of which may be null.
  static Set<String> all(List<@Nullable String> items, String name) {
    var all = new LinkedHashSet<String>();
    for (var item : items) {
      all.add(present(item, "something in `" + name + "`"));
    }
    return all;
  }

  private static <T> T present(@Nullable T value, String what) {
    if (value == null) {
      throw new IllegalArgumentException("the request lacks " + what);
    }
    return value;
  }
}
