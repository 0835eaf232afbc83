package run.ephemeral.source;

import java.time.DateTimeException;
import org.eclipse.jgit.revwalk.RevCommit;
import run.ephemeral.core.OneLine;

/// The author of a commit.
public final class Author {
  private Author() {}

  /// @return empty when the commit names none that can be read
  public static String of(RevCommit commit) {
    try {
      var author = commit.getAuthorIdent();
      return author == null ? "" : OneLine.of(author.getName());
    } catch (DateTimeException e) {
      return ""; // the commit has an invalid time
    }
  }
}
