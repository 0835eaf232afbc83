package run.ephemeral.codehost.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.codehost.rest.Rest.Answer;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Writes and edits the comments of this program, at hosts that keep comments at issues.
public final class OwnComments {
  /// In every comment of this program, so that it never reads its own.
  private static final String OURS = "<!-- ephemeral.run";

  private final Host host;
  private final Set<Integer> gone;

  /// @param gone the statuses of an edit that say that there is no such comment
  public OwnComments(Host host, Set<Integer> gone) {
    this.host = host;
    this.gone = Set.copyOf(gone);
  }

  /// The requests that differ between hosts.
  public interface Host {
    /// @param path below the repository
    Answer get(RepositoryName repository, String path);

    /// @param method such as `POST`
    Answer send(RepositoryName repository, String method, String path, Map<String, ?> body);

    /// @throws FaultException when it is not what was asked for
    Answer found(Answer answer);

    /// The comments at a pull request.
    ///
    /// @param path of the list
    List<JsonNode> list(RepositoryName repository, String path);

    /// Whether this program may edit a comment, since it wrote it.
    boolean isOurs(JsonNode comment);
  }

  /// Whether a comment was written by this program, so that it has no commands.
  public boolean isWritten(JsonNode comment) {
    return host.isOurs(comment) && comment.path("body").asText().startsWith(OURS);
  }

  private static String list(PullRequestRef ref) {
    return "/issues/%d/comments".formatted(ref.number());
  }

  /// The path of a comment, below its repository.
  public static String path(String id) {
    return "/issues/comments/" + id;
  }

  /// Edits the known comment, else one of ours that begins with the marker, else writes a new one.
  ///
  /// @return its id
  public String put(
      PullRequestRef pullRequest, Optional<String> known, String marker, String text) {
    if (known.isPresent() && edited(pullRequest, known.get(), text)) {
      return known.get();
    }
    for (var each : host.list(pullRequest.repository(), list(pullRequest))) {
      var id = each.path("id").asText();
      if (host.isOurs(each) && each.path("body").asText().startsWith(marker)) {
        if (edited(pullRequest, id, text)) {
          return id;
        }
      }
    }
    return write(pullRequest, text);
  }

  /// @return false when there is no such comment, or it is of another account, whose credential was
  ///     replaced
  private boolean edited(PullRequestRef ref, String id, String text) {
    var repository = ref.repository();
    var answer = host.send(repository, "PATCH", path(id), Map.of("body", text));
    if (gone.contains(answer.status())) {
      return false;
    }
    if (answer.status() == 403 && !host.isOurs(host.get(repository, path(id)).body())) {
      return false;
    }
    host.found(answer);
    return true;
  }

  private String write(PullRequestRef ref, String text) {
    var answer = host.send(ref.repository(), "POST", list(ref), Map.of("body", text));
    var id = host.found(answer).body().path("id").asText();
    if (!id.matches("[0-9]+")) {
      throw new FaultException(
          new Fault(Fault.Kind.EXTERNAL, "the new comment has no id", answer.body().toString()));
    }
    return id;
  }

  /// Writes one more comment.
  public void answer(PullRequestRef pullRequest, String text) {
    write(pullRequest, OURS + " answer -->\n" + text);
  }
}
