package run.ephemeral.codehost.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.Conversation.Approvals;
import run.ephemeral.core.codehost.Conversation.Review;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Reads approving reviews, of which hosts say the same.
public final class Reviews {
  private static final Logger LOG = LoggerFactory.getLogger(Reviews.class);

  /// Of so many pull requests at a time.
  private static final int MOST = 10;

  private Reviews() {}

  /// @param newest a page of pull requests, those that changed last first
  /// @param list reads the items of a list, from its path below the repository
  public static Approvals approving(
      List<JsonNode> newest,
      Set<PullRequestRef> some,
      Instant since,
      Function<String, List<JsonNode>> list) {
    var repository = some.iterator().next().repository();
    var changed =
        newest.reversed().stream()
            .filter(json -> !time(json, "updated_at").isBefore(since))
            .filter(json -> some.contains(ref(repository, json)))
            .toList();
    var read = changed.subList(0, Math.min(MOST, changed.size()));
    var approving = new ArrayList<Review>();
    read.forEach(json -> approving.addAll(of(ref(repository, json), list)));
    var isAll = read.size() == changed.size();
    var until = Optional.of(since).filter(_ -> !isAll).map(_ -> time(read.getLast(), "updated_at"));
    return new Approvals(approving, until);
  }

  private static PullRequestRef ref(RepositoryName repository, JsonNode json) {
    return new PullRequestRef(repository, json.path("number").asInt());
  }

  private static List<Review> of(
      PullRequestRef pullRequest, Function<String, List<JsonNode>> list) {
    try {
      return list.apply("/pulls/%d/reviews?".formatted(pullRequest.number())).stream()
          .filter(json -> json.path("state").asText().equals("APPROVED"))
          .filter(json -> !json.path("dismissed").asBoolean())
          .map(json -> read(pullRequest, json))
          .toList();
    } catch (FaultException e) {
      LOG.warn("the reviews of {} cannot be read: {}", pullRequest, e.fault().message());
      return List.of();
    }
  }

  private static Review read(PullRequestRef pullRequest, JsonNode json) {
    return new Review(
        json.path("id").asText(),
        pullRequest,
        json.path("user").path("login").asText(),
        json.path("commit_id").asText(),
        json.path("body").asText(),
        time(json, "submitted_at"));
  }

  /// One that cannot be read is too long ago to count.
  private static Instant time(JsonNode json, String key) {
    try {
      return OffsetDateTime.parse(json.path(key).asText()).toInstant();
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }
}
