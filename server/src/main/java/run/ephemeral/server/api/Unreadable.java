package run.ephemeral.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import run.ephemeral.core.spec.Nearest;

/// Says why a body cannot be read, in terms of the API instead of Java's.
final class Unreadable {
  private Unreadable() {}

  static String sentence(JsonProcessingException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown -> unknown(unknown);
      case MismatchedInputException mismatch -> mismatch(mismatch);
      default -> {
        var at = e.getLocation();
        yield at == null
            ? "the body is no JSON"
            : "the body is no JSON that is read here, from line %d, column %d on"
                .formatted(at.getLineNr(), at.getColumnNr());
      }
    };
  }

  private static String unknown(UnrecognizedPropertyException e) {
    var ids = e.getKnownPropertyIds();
    Collection<String> known =
        ids == null ? List.of() : ids.stream().map(String::valueOf).sorted().toList();
    return "`%s` is not known here; there are %s.%s"
        .formatted(
            e.getPropertyName(),
            String.join(", ", known),
            Nearest.hint(e.getPropertyName(), known));
  }

  private static String mismatch(MismatchedInputException e) {
    var path =
        e.getPath().stream()
            .map(Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return path.isEmpty()
        ? "the body is not one JSON object with what is asked for"
        : "`%s` is not %s".formatted(path, kind(e.getTargetType()));
  }

  private static String kind(Class<?> type) {
    if (type == String.class) {
      return "a text";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    return Collection.class.isAssignableFrom(type) ? "a list" : "what belongs there";
  }
}
