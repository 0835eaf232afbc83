package run.ephemeral.core.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import run.ephemeral.core.OneLine;

/// Finds commands in the Markdown of a comment: lines that begin with the name of the bot. Quotes,
/// code blocks and hidden text have none.
public final class Mentions {
  /// The same for every bot.
  private static final String SLASH = "/ephemeral";

  private static final int LONGEST_COMMENT = 16 << 10;
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}[^`]*|~{3,}.*)");
  private static final Pattern HIDDEN = Pattern.compile("(?i) {0,3}(<!--|<pre\\b).*");

  private final Pattern mention;
  private final List<String> commands = new ArrayList<>();
  private String fence = "";
  private String hiddenUntil = "";

  private Mentions(Collection<String> bots) {
    var names = bots.stream().map(bot -> "@" + Pattern.quote(bot)).collect(Collectors.joining("|"));
    mention =
        Pattern.compile(
            " {0,3}(?:%s|%s)(?![\\w/-])[:,]?(.*)".formatted(names, SLASH),
            Pattern.CASE_INSENSITIVE);
  }

  /// @param bots the names that commands begin with, without `@`
  /// @return the commands in order, such as `sleep`; `help` where only the bot was named
  public static List<String> in(String comment, Collection<String> bots) {
    var mentions = new Mentions(bots);
    comment
        .substring(0, Math.min(comment.length(), LONGEST_COMMENT))
        .lines()
        .forEach(mentions::read);
    return List.copyOf(mentions.commands);
  }

  private void read(String line) {
    if (!hiddenUntil.isEmpty()) {
      hiddenUntil = isEnd(line, hiddenUntil) ? "" : hiddenUntil;
    } else if (!fence.isEmpty()) {
      fence = isFenceEnd(line) ? "" : fence;
    } else if (FENCE.matcher(line).matches()) {
      fence = line.strip().replaceFirst("^(`+|~+).*", "$1");
    } else if (HIDDEN.matcher(line).matches()) {
      var end = line.strip().startsWith("<!--") ? "-->" : "</pre>";
      hiddenUntil = isEnd(line, end) ? "" : end;
    } else {
      var found = mention.matcher(line);
      if (found.matches()) {
        var command = OneLine.of(found.group(1).replaceAll("\\p{Zs}+", " "));
        commands.add(command.isEmpty() ? "help" : command);
      }
    }
  }

  private static boolean isEnd(String line, String end) {
    return line.toLowerCase(Locale.ROOT).contains(end);
  }

  /// At least as long as the beginning, and indented by at most three blanks.
  private boolean isFenceEnd(String line) {
    var text = line.stripTrailing();
    var plain = text.stripLeading();
    return text.length() - plain.length() <= 3
        && plain.length() >= fence.length()
        && plain.chars().allMatch(letter -> letter == fence.charAt(0));
  }
}
