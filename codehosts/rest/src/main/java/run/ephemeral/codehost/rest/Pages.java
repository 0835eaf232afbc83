package run.ephemeral.codehost.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import run.ephemeral.codehost.rest.Rest.Answer;

/// Reads lists that come in pages.
public final class Pages {
  /// For all pages together.
  private static final Duration LONGEST_LIST = Duration.ofMinutes(3);

  /// More open pull requests than anybody has; a server that always has a next page ends here.
  private static final int MOST_ITEMS = 5000;

  private final Rest rest;
  private final int perPage;
  private final Page page;
  private final End end;

  /// @param perPage the most that the host allows
  public Pages(Rest rest, int perPage, Page page, End end) {
    this.rest = rest;
    this.perPage = perPage;
    this.page = page;
    this.end = end;
  }

  /// Asks for one page.
  public interface Page {
    /// @param number from 1
    Answer get(String path, int perPage, int number) throws TooLarge;
  }

  /// Whether this was the last page.
  public interface End {
    /// @param read how many items were read, with those of this page
    boolean isLast(Answer answer, int read);
  }

  /// More items than are read.
  public static final class TooMany extends Exception {
    private static final long serialVersionUID = 1;

    /// Those that were read.
    private final transient Listed listed;

    TooMany(Listed listed) {
      this.listed = listed;
    }

    public Listed listed() {
      return listed;
    }
  }

  /// @param date when the first page was read, by the clock of the host
  /// @param pages how many were read. Items that came or went meanwhile moved others to another
  ///     page: with more than one page, what is not among the items may still be there
  public record Listed(List<JsonNode> items, int pages, Instant date) {}

  /// The items of all pages.
  ///
  /// @param path with a query
  public Listed all(String path) {
    try {
      return listed(path);
    } catch (TooMany e) {
      throw rest.away("a list has more than %d items".formatted(MOST_ITEMS), e);
    }
  }

  /// Like [#all], for a caller that can ask for less.
  public Listed listed(String path) throws TooMany {
    for (int size = perPage; ; size /= 2) {
      try {
        return all(path, size);
      } catch (TooLarge e) {
        // Strangers may write long texts. Pages of fewer items have fewer of them.
        if (size == 1) {
          throw rest.away(TooLarge.WHAT, e);
        }
      }
    }
  }

  private Listed all(String path, int size) throws TooLarge, TooMany {
    var all = new ArrayList<JsonNode>();
    var began = System.nanoTime();
    var date = Instant.EPOCH;
    for (int number = 1; ; number++) {
      var answer = page.get(path, size, number);
      if (!answer.body().isArray() || answer.body().size() > size) {
        throw rest.away(
            "it does not answer with a page of a list", new IllegalStateException(path));
      }
      date = number == 1 ? answer.at() : date;
      answer.body().forEach(all::add);
      var listed = new Listed(all, number, date);
      if (answer.body().isEmpty() || end.isLast(answer, all.size())) {
        return listed;
      }
      if (all.size() >= MOST_ITEMS) {
        throw new TooMany(listed);
      }
      if (System.nanoTime() - began > LONGEST_LIST.toNanos()) {
        throw rest.away("a list takes too long", new IllegalStateException(path));
      }
    }
  }
}
