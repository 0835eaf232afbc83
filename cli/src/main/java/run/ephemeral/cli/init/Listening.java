package run.ephemeral.cli.init;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds out whether a program listens on $PORT.
///
/// Most frameworks and programs read PORT. If the sources do not mention it, but exactly one other
/// variable for a port, that one is set; otherwise a note is added, because a program that does
/// not listen on $PORT never becomes ready.
final class Listening {
  private static final Pattern OWN =
      Pattern.compile("([A-Z0-9]+_)*(WEB|HTTP|SERVER|APP|API|UI|LISTEN|BIND)_PORT");
  private static final Pattern OTHERS =
      Pattern.compile(
          "(.*_)?(DB|DATABASE|PG|POSTGRES|POSTGRESQL|MYSQL|MONGO|REDIS|SMTP|MAIL|EMAIL|PROXY|SSH"
              + "|DEFAULT|MIN|MAX|LDAP|KAFKA|AMQP|DEBUG|OUTGOING|METRICS|GRPC)_PORT");

  private static final String NOTE =
      "nothing in its sources reads PORT; tell it to listen on $PORT";

  private Listening() {}

  /// The variable that sets the program's port, if that is not PORT.
  static Optional<String> variable(Found found, Collection<String> words) {
    if (knows(found, words)) {
      return Optional.empty();
    }
    var ports =
        words.stream()
            .filter(word -> word.endsWith("_PORT") && !OTHERS.matcher(word).matches())
            .toList();
    var own = ports.stream().filter(word -> OWN.matcher(word).matches()).toList();
    var best = own.isEmpty() ? ports : own;
    return best.size() == 1 ? Optional.of(best.getFirst()) : Optional.empty();
  }

  /// Adds a note if no variable sets the program's port.
  static Found apply(Found found, Collection<String> words) {
    return knows(found, words) || variable(found, words).isPresent() ? found : found.note(NOTE);
  }

  private static boolean knows(Found found, Collection<String> words) {
    // Frameworks with a known health path read PORT by themselves.
    return found.health().isPresent()
        || words.isEmpty()
        || words.contains("PORT")
        || found.run().contains("$PORT");
  }
}
