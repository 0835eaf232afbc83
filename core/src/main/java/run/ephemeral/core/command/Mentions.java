package run.ephemeral.core.command;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds commands in the Markdown of a comment: lines that begin with the name of the bot. Quotes,
/// code blocks and hidden text have none.
public final class Mentions {
  /// The same for every bot.
  private static final String SLASH = "/ephemeral";

  private static final int LONGEST_COMMENT = 65_536;
  private static final int LONGEST_COMMAND = 200;
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,}).*");

  private final Pattern mention;
  private final List<String> commands = new ArrayList<>();
  private String fence = "";
  private boolean isHidden;

  private Mentions(String bot) {
    mention =
        Pattern.compile(
            " {0,3}(?:@%s|%s)(?![\\w/-])[:,]?(.*)".formatted(Pattern.quote(bot), SLASH),
            Pattern.CASE_INSENSITIVE);
  }

  /// @param bot the name that commands begin with, without `@`
  /// @return the commands in order, such as `sleep`; `help` where only the bot was named
  public static List<String> in(String comment, String bot) {
    var mentions = new Mentions(bot);
    comment
        .substring(0, Math.min(comment.length(), LONGEST_COMMENT))
        .lines()
        .forEach(mentions::read);
    return List.copyOf(mentions.commands);
  }

  private void read(String line) {
    var fenced = FENCE.matcher(line);
    if (isHidden) {
      isHidden = !line.contains("-->");
    } else if (!fence.isEmpty()) {
      var isEnd = line.strip().startsWith(fence) && line.strip().chars().allMatch(this::isFence);
      fence = isEnd ? "" : fence;
    } else if (fenced.matches()) {
      fence = fenced.group(1);
    } else if (line.contains("<!--")) {
      isHidden = line.lastIndexOf("-->") < line.lastIndexOf("<!--");
    } else {
      var found = mention.matcher(line);
      if (found.matches()) {
        var command = found.group(1).strip();
        var most = Math.min(command.length(), LONGEST_COMMAND);
        commands.add(command.isEmpty() ? "help" : command.substring(0, most));
      }
    }
  }

  private boolean isFence(int letter) {
    return letter == fence.charAt(0);
  }
}
