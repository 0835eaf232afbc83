package run.ephemeral.core.command;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.Nearest;

/// Parses a [Command]. Total: any other text is a fault that names the nearest valid word.
public final class Grammar {
  private static final List<String> VERBS =
      List.of("update", "sleep", "wake", "restart", "test", "extend", "pin", "unpin", "destroy");
  private static final Pattern SPAN = Pattern.compile("(\\d{1,9})([smhd])");
  private static final Duration LONGEST = Duration.ofDays(365);

  private Grammar() {}

  /// @throws FaultException USER, with the correct syntax
  public static Command parse(String text) {
    return parse(text, List.of());
  }

  /// @param others words that are commands where this text comes from, which the caller knows
  /// @throws FaultException USER, with the correct syntax
  public static Command parse(String text, List<String> others) {
    var words = List.of(text.strip().split("\\s+"));
    var verb = words.getFirst();
    var rest = words.subList(1, words.size());
    return switch (verb) {
      case "update" -> bare(verb, rest, new Command.Update());
      case "sleep" -> bare(verb, rest, new Command.Sleep());
      case "wake" -> bare(verb, rest, new Command.Wake());
      case "pin" -> bare(verb, rest, new Command.Pin());
      case "unpin" -> bare(verb, rest, new Command.Unpin());
      case "destroy" -> bare(verb, rest, new Command.Destroy());
      case "restart" -> new Command.Restart(component(verb, "service", rest));
      case "test" -> new Command.Test(component(verb, "test", rest));
      case "extend" -> new Command.Extend(duration(rest));
      default -> {
        var all = Stream.concat(VERBS.stream(), others.stream()).toList();
        throw wrong(
            "`%s` is not a command.%s There are: %s."
                .formatted(verb, Nearest.hint(verb, all), String.join(", ", all)));
      }
    };
  }

  /// A span such as `90m` or `1d12h`.
  public static Optional<Duration> span(String text) {
    if (!text.matches("(\\d{1,9}[smhd])+")) {
      return Optional.empty();
    }
    var sum =
        SPAN.matcher(text)
            .results()
            .map(
                part -> {
                  var number = Long.parseLong(part.group(1));
                  return switch (part.group(2).charAt(0)) {
                    case 's' -> Duration.ofSeconds(number);
                    case 'm' -> Duration.ofMinutes(number);
                    case 'h' -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                  };
                })
            .reduce(Duration.ZERO, Duration::plus);
    return Optional.of(sum).filter(span -> !span.isZero() && span.compareTo(LONGEST) <= 0);
  }

  private static Command bare(String verb, List<String> rest, Command command) {
    if (!rest.isEmpty()) {
      throw wrong("`%s` stands alone; it takes nothing after it.".formatted(verb));
    }
    return command;
  }

  private static Optional<ComponentName> component(String verb, String kind, List<String> rest) {
    if (rest.size() > 1) {
      throw wrong("`%s` takes one %s, or none for all of them".formatted(verb, kind));
    }
    try {
      return rest.stream().findFirst().map(ComponentName::new);
    } catch (IllegalArgumentException e) {
      throw new FaultException(
          Fault.user("`%s` is not the name of a %s.".formatted(rest.getFirst(), kind)), e);
    }
  }

  private static Duration duration(List<String> rest) {
    if (rest.size() != 1) {
      throw wrong("`extend` takes a span of time: extend 2d");
    }
    return span(rest.getFirst())
        .orElseThrow(
            () ->
                wrong(
                    "`%s` is not a span of time from 1s to 365d, such as 90m, 12h or 2d."
                        .formatted(rest.getFirst())));
  }

  private static FaultException wrong(String message) {
    return new FaultException(Fault.user(message));
  }
}
