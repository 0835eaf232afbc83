package run.ephemeral.codehost.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Conversation.Review;
import run.ephemeral.core.pullrequest.PullRequestRef;

/// Reads the reviews of a pull request, of which hosts say the same.
public final class Reviews {
  private Reviews() {}

  /// The path of the list, below its repository.
  public static String path(PullRequestRef pullRequest) {
    return "/pulls/%d/reviews?".formatted(pullRequest.number());
  }

  /// @param all the reviews, as the host lists them
  public static List<Review> approving(List<JsonNode> all) {
    var approving = new ArrayList<Review>();
    for (var json : all) {
      var counts = !json.path("dismissed").asBoolean();
      if (counts && json.path("state").asText().equals("APPROVED")) {
        approving.add(read(json));
      }
    }
    return approving;
  }

  private static Review read(JsonNode json) {
    try {
      return new Review(
          json.path("id").asText(),
          json.path("user").path("login").asText(),
          json.path("commit_id").asText(),
          json.path("body").asText(),
          OffsetDateTime.parse(json.path("submitted_at").asText()).toInstant());
    } catch (DateTimeException e) {
      throw new FaultException(Fault.external("a review cannot be read: " + e.getMessage(), e), e);
    }
  }
}
