package run.ephemeral.cli.init;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/// Whether a program listens on $PORT: nothing in its sources may say so.
///
/// Most frameworks read PORT, and most programs that are run elsewhere do. Where the word is
/// nowhere, the one other variable that names a port is told it; where there is none, a note
/// says so, because such a program never gets ready.
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

  /// The variable by which it is told its port, where that is not PORT.
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

  /// What was found, with a note where nothing tells how it would get its port.
  static Found apply(Found found, Collection<String> words) {
    return knows(found, words) || variable(found, words).isPresent() ? found : found.note(NOTE);
  }

  private static boolean knows(Found found, Collection<String> words) {
    // Frameworks that make pages read PORT by themselves.
    return found.health().isPresent()
        || words.isEmpty()
        || words.contains("PORT")
        || found.run().contains("$PORT");
  }
}
