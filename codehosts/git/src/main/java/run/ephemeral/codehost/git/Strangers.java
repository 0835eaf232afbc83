package run.ephemeral.codehost.git;

import java.time.DateTimeException;
import org.eclipse.jgit.revwalk.RevCommit;

/// What strangers wrote, as one line of bounded length without characters that steer a terminal
/// or end a string of C. It stays a stranger's text otherwise.
final class Strangers {
  private static final int LONGEST = 200;

  private Strangers() {}

  static String line(String text) {
    var plain = text.replaceAll("[\\p{Cc}\\p{Cs}\u2028\u2029]+", " ").strip();
    return plain.codePointCount(0, plain.length()) > LONGEST
        ? plain.substring(0, plain.offsetByCodePoints(0, LONGEST))
        : plain;
  }

  /// Who wrote a commit; empty when it does not say so in a way that can be read.
  static String author(RevCommit commit) {
    try {
      var author = commit.getAuthorIdent();
      return author == null ? "" : line(author.getName());
    } catch (DateTimeException e) {
      return ""; // it was written at no time there is
    }
  }
}
