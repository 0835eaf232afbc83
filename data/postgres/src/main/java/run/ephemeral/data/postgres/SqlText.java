package run.ephemeral.data.postgres;

import java.util.Locale;
import java.util.Optional;

/// Finds the ends of statements in SQL that is read line by line, like psql: not inside quotes,
/// comments, parentheses or the body of a function. Parses nothing else.
final class SqlText {
  private final StringBuilder text = new StringBuilder();
  private Mode mode = Mode.PLAIN;
  private String tag = "";
  private int comments;
  private int brackets;
  private int blocks;
  private int words;
  private String firstWords = "";
  private int begin = -1;
  private int beginLine;

  private enum Mode {
    PLAIN,
    QUOTED,
    ESCAPED,
    NAME,
    DOLLAR,
    COMMENT
  }

  /// @param line of the file where the statement begins, from 1
  record Statement(String sql, int line) {}

  /// Whether the next line begins outside of quotes and comments.
  boolean isPlain() {
    return mode == Mode.PLAIN;
  }

  /// Takes one character after the other; `at` is the position of the next.
  ///
  /// @return the first statement that ends in the line from there, if any
  Optional<Statement> take(String line, int number, int[] at) {
    while (at[0] < line.length()) {
      var before = at[0];
      var ends = step(line, number, at);
      text.append(line, before, at[0]);
      if (ends) {
        return Optional.of(cut());
      }
    }
    text.append('\n');
    return Optional.empty();
  }

  /// The last statement, if the file ends without a semicolon.
  Optional<Statement> rest() {
    return begin < 0 ? Optional.empty() : Optional.of(cut());
  }

  private Statement cut() {
    var statement = new Statement(text.substring(begin), beginLine);
    text.setLength(0);
    begin = -1;
    words = 0;
    firstWords = "";
    brackets = 0;
    blocks = 0;
    return statement;
  }

  /// @return whether a statement ends here
  private boolean step(String line, int number, int[] at) {
    var i = at[0];
    var c = line.charAt(i);
    at[0] = i + 1;
    switch (mode) {
      case QUOTED -> close(line, at, '\'', false);
      case ESCAPED -> close(line, at, '\'', true);
      case NAME -> close(line, at, '"', false);
      case DOLLAR -> {
        if (line.startsWith(tag, i)) {
          at[0] = i + tag.length();
          mode = Mode.PLAIN;
        }
      }
      case COMMENT -> comment(line, at);
      case PLAIN -> {
        if (line.startsWith("--", i)) {
          at[0] = line.length();
        } else if (line.startsWith("/*", i)) {
          comment(line, at);
        } else if (!Character.isWhitespace(c)) {
          return code(line, number, at);
        }
      }
    }
    return false;
  }

  private void comment(String line, int[] at) {
    if (line.startsWith("/*", at[0] - 1)) {
      comments++;
      at[0]++;
    } else if (line.startsWith("*/", at[0] - 1)) {
      comments--;
      at[0]++;
    }
    mode = comments > 0 ? Mode.COMMENT : Mode.PLAIN;
  }

  private void close(String line, int[] at, char quote, boolean escapes) {
    var c = line.charAt(at[0] - 1);
    if (escapes && c == '\\') {
      at[0] = Math.min(line.length(), at[0] + 1);
    } else if (c == quote) {
      mode = Mode.PLAIN;
    }
  }

  private boolean code(String line, int number, int[] at) {
    var i = at[0] - 1;
    var c = line.charAt(i);
    if (c == ';' && brackets <= 0 && blocks == 0) {
      return begin >= 0;
    }
    if (begin < 0) {
      begin = text.length();
      beginLine = number;
    }
    switch (c) {
      case '\'' -> mode = Mode.QUOTED;
      case '"' -> mode = Mode.NAME;
      case '(' -> brackets++;
      case ')' -> brackets--;
      case '$' -> dollar(line, at);
      default -> {
        if (isWord(c)) {
          word(line, at);
        }
      }
    }
    return false;
  }

  private void dollar(String line, int[] at) {
    var end = line.indexOf('$', at[0]);
    if (end >= 0 && line.substring(at[0], end).matches("([\\p{L}_][\\p{L}\\p{N}_]*)?")) {
      tag = line.substring(at[0] - 1, end + 1);
      at[0] = end + 1;
      mode = Mode.DOLLAR;
    }
  }

  private void word(String line, int[] at) {
    var from = at[0] - 1;
    while (at[0] < line.length() && (isWord(line.charAt(at[0])) || line.charAt(at[0]) == '$')) {
      at[0]++;
    }
    var word = line.substring(from, at[0]).toLowerCase(Locale.ROOT);
    if (word.equals("e") && line.startsWith("'", at[0])) {
      at[0]++;
      mode = Mode.ESCAPED;
    } else if (brackets == 0) {
      words++;
      firstWords = words <= 4 ? firstWords + word + " " : firstWords;
      block(word);
    }
  }

  /// The statements in the body of a function written in SQL lie between BEGIN and END.
  private void block(String word) {
    if (firstWords.matches("create (or replace )?(function|procedure) .*")) {
      switch (word) {
        case "begin" -> blocks++;
        case "case" -> blocks += blocks > 0 ? 1 : 0;
        case "end" -> blocks -= blocks > 0 ? 1 : 0;
        default -> {}
      }
    }
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
