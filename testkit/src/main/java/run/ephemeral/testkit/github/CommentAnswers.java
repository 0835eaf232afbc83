package run.ephemeral.testkit.github;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import run.ephemeral.testkit.github.Answers.Answer;
import run.ephemeral.testkit.github.Repository.Said;

/// What the test GitHub answers about comments at issues and pull requests.
final class CommentAnswers {
  private CommentAnswers() {}

  /// @return empty for a question of another kind
  static Optional<Answer> answer(Asked asked, String name) {
    var all = asked.repository().comments;
    return switch (name) {
      case "GET /issues/comments" ->
          Optional.of(
              asked.list(
                  all.values().stream()
                      .filter(said -> isSince(said, asked.query.getOrDefault("since", "")))
                      .sorted(Comparator.comparing(said -> said.updated)),
                  said -> shown(asked, asked.example(200), said)));
      case "GET /issues/{issue_number}/comments" ->
          Optional.of(
              asked.list(
                  all.values().stream().filter(said -> said.number == asked.id("issue_number")),
                  said -> shown(asked, asked.example(200), said)));
      case "POST /issues/{issue_number}/comments" -> {
        var number = (int) asked.id("issue_number");
        var text = asked.body.path("body").asText();
        var id = asked.repository().say(number, GitHub.SLUG + "[bot]", text);
        var said = Objects.requireNonNull(all.get(Long.parseLong(id)));
        yield Optional.of(asked.made(shown(asked, asked.example(201), said)));
      }
      default ->
          name.contains("/comments/{comment_id}")
              ? Optional.of(comment(asked, name))
              : Optional.empty();
    };
  }

  private static boolean isSince(Said said, String time) {
    return said.updated.toString().compareTo(time) >= 0;
  }

  private static Answer comment(Asked asked, String name) {
    var said = asked.repository().comments.get(Long.parseLong(asked.variable("comment_id")));
    if (said == null) {
      return Answers.absent();
    }
    if (name.endsWith("/reactions")) {
      var word = asked.body.path("content").asText();
      if (!said.reactions.contains(word)) {
        said.reactions.add(word);
      }
      return asked.made(asked.example(201).put("content", word));
    }
    if (name.startsWith("PATCH")) {
      if (!said.author.equals(GitHub.SLUG + "[bot]")) {
        return Answer.of(403, Answers.message("Resource not accessible by integration"));
      }
      said.text = asked.body.path("body").asText();
      said.updated = Repository.now();
    }
    return asked.found(shown(asked, asked.example(200), said));
  }

  private static ObjectNode shown(Asked asked, ObjectNode json, Said said) {
    var kind = asked.repository().pulls.containsKey(said.number) ? "pull" : "issues";
    json.put("id", said.id).put("body", said.text);
    json.put(
        "html_url",
        "%s/%s/%s/%d#issuecomment-%d"
            .formatted(
                "https://github.com", asked.repository().path(), kind, said.number, said.id));
    json.put("created_at", said.at.toString()).put("updated_at", said.updated.toString());
    json.withObject("/user").put("login", said.author);
    return json;
  }
}
