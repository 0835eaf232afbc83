package run.ephemeral.codehost.git;

import java.time.DateTimeException;
import org.eclipse.jgit.revwalk.RevCommit;

/// Untrusted text as one line of bounded length, without characters that control a terminal or end
/// a C string. Otherwise the text stays untrusted.
final class Strangers {
  private static final int LONGEST = 200;

  private Strangers() {}

  static String line(String text) {
    var plain = text.replaceAll("[\\p{Cc}\\p{Cs}\u2028\u2029]+", " ").strip();
    return plain.codePointCount(0, plain.length()) > LONGEST
        ? plain.substring(0, plain.offsetByCodePoints(0, LONGEST))
        : plain;
  }

  /// The author of a commit; empty if that cannot be read.
  static String author(RevCommit commit) {
    try {
      var author = commit.getAuthorIdent();
      return author == null ? "" : line(author.getName());
    } catch (DateTimeException e) {
      return ""; // the commit has an invalid time
    }
  }
}
