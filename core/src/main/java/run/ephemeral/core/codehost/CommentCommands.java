package run.ephemeral.core.codehost;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.spec.AppName;

/// Port: the table of commands that people wrote in comments. Each comment is carried out at most
/// once, and told about at least once.
public interface CommentCommands {
  /// Until when the comments of the app were read; empty when none were.
  Optional<Instant> readUntil(AppName app);

  /// Stores comments with commands, and until when all were read. Comments that are stored already
  /// stay as they are. Changes nothing when the app is gone.
  void received(AppName app, List<Received> comments, Instant until);

  /// The commands that nobody was told the outcome of, in the order in which they were received.
  List<Open> open(AppName app);

  /// Takes a received command, for one process.
  ///
  /// @return false when another process took it
  boolean begin(AppName app, String comment);

  /// Stores the outcome, which the caller tells.
  ///
  /// @param answer empty when all was done and needs no words
  /// @return false when it was given up meanwhile
  boolean done(AppName app, String comment, Optional<String> answer);

  /// Takes the telling of an outcome that another process could not tell.
  ///
  /// @return false when it is being told
  boolean beginTelling(AppName app, String comment);

  /// The commands that were begun longer ago than this are done, with an answer.
  void giveUp(AppName app, Duration after, String answer);

  /// The code host could not be told.
  void notTold(AppName app, String comment);

  /// Somebody was told, or telling was given up.
  void told(AppName app, String comment);

  /// @param comment its id at the code host
  /// @param author who wrote it
  /// @param commands such as `sleep`, without the name before them
  /// @param at when it was written, by the host's clock
  record Received(
      PullRequestRef pullRequest,
      String comment,
      String author,
      List<String> commands,
      Instant at) {
    public Received {
      commands = List.copyOf(commands);
      for (var command : commands) {
        if (command.chars().anyMatch(Character::isISOControl)) {
          throw new IllegalArgumentException("a command is one line: " + command);
        }
      }
    }

    /// The id of something else than a comment, among those of comments.
    ///
    /// @param kind such as `review`
    public static String other(String kind, String id) {
      return kind + "-" + id;
    }

    /// Whether people can react to it.
    public boolean isComment() {
      return comment.indexOf('-') < 0;
    }
  }

  /// @param answer empty while it is not carried out; an empty text when it needs no words
  /// @param tries how often telling failed
  record Open(Received received, State state, Optional<String> answer, int tries) {}

  /// How far a command is.
  enum State {
    RECEIVED,
    BEGUN,
    DONE
  }
}
