package run.ephemeral.store.document;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Converts the keys and values of maps.
final class Maps {
  private Maps() {}

  /// Keeps the order.
  static <K, V, A, B> Map<A, B> of(Map<K, V> map, Function<K, A> key, Function<V, B> value) {
    var other = new LinkedHashMap<A, B>();
    map.forEach((k, v) -> other.put(key.apply(k), value.apply(v)));
    return other;
  }

  /// Sorted by key, for maps whose order is arbitrary and differs between processes.
  static <K, V, B> Map<String, B> sorted(
      Map<K, V> map, Function<K, String> key, Function<V, B> value) {
    return new TreeMap<>(of(map, key, value));
  }
}
