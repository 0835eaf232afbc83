package run.ephemeral.core.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `${owner.field}` inside a value of `env`. No logic, no nesting; `$${` writes a literal `${`.
///
/// @param owner a component's name, `pr`, `env` or `self`
public record Reference(String owner, String field) {
  // Bounded, or else a text of many `${` would take quadratic time.
  private static final Pattern PATTERN = Pattern.compile("\\$(\\$)?\\{([^}]{0,200}+)}");

  public static final List<String> SERVICE_FIELDS = List.of("url", "public_url", "host", "port");
  public static final List<String> DATABASE_FIELDS =
      List.of("url", "jdbc_url", "host", "port", "name", "user", "password");
  public static final List<String> PULL_REQUEST_FIELDS =
      List.of("number", "title", "branch", "author", "commit");
  public static final List<String> ENVIRONMENT_FIELDS = List.of("name", "url");

  /// The service itself, as it is started now: `port` is its $PORT, `<name>_port` an additional
  /// port.
  public static final String SELF = "self";

  private static final Pattern SELF_FIELD = Pattern.compile("([a-z][a-z0-9]{0,20}_)?port");

  /// Whether this refers to a port of the service itself.
  public boolean isOwnPort() {
    return owner.equals(SELF) && SELF_FIELD.matcher(field).matches();
  }

  /// Every reference of a value, in order.
  ///
  /// @throws IllegalArgumentException with a sentence for people when one is malformed
  public static List<Reference> in(String template) {
    var found = new ArrayList<Reference>();
    resolve(
        template,
        reference -> {
          found.add(reference);
          return "";
        });
    return found;
  }

  /// The value with every reference replaced. Replacements are not scanned for references.
  public static String resolve(String template, Function<Reference, String> values) {
    return PATTERN
        .matcher(template)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    match.group(1) != null
                        ? "${" + match.group(2) + "}"
                        : values.apply(parse(match.group(2)))));
  }

  /// Like [#resolve], but leaves references without a value, and every `$${`, for a later pass.
  /// Replacements are escaped, so that the later pass treats them as text.
  public static String rewrite(String template, Function<Reference, Optional<String>> values) {
    return PATTERN
        .matcher(template)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    match.group(1) != null
                        ? match.group()
                        : values
                            .apply(parse(match.group(2)))
                            .map(Reference::escape)
                            .orElse(match.group())));
  }

  private static String escape(String text) {
    return PATTERN
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement("$${" + match.group(2) + "}"));
  }

  private static Reference parse(String inside) {
    var dot = inside.indexOf('.');
    if (dot <= 0 || dot == inside.length() - 1) {
      throw new IllegalArgumentException(
          "${%s} is not a reference; write ${<component>.<field>}, ${pr.<field>} or ${env.<field>}"
              .formatted(inside));
    }
    return new Reference(inside.substring(0, dot), inside.substring(dot + 1));
  }

  @Override
  public String toString() {
    return "${" + owner + "." + field + "}";
  }
}
