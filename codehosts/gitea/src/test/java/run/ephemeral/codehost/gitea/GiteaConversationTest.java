package run.ephemeral.codehost.gitea;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Status;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.testkit.ConversationContract;
import run.ephemeral.testkit.Gitea;

@EnabledIf("run.ephemeral.testkit.Gitea#isUp")
class GiteaConversationTest extends ConversationContract {
  private final Gitea gitea = new Gitea();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Gitea.Repository repository = gitea.repository("shop", true);
  private final String robot = gitea.user("robot");
  private final String member = gitea.user("ann");
  private final String reader = gitea.user("rita");
  private int number;

  @BeforeEach
  void open() {
    repository.collaborator(robot, "admin");
    repository.collaborator(member, "write");
    repository.collaborator(reader, "read");
    repository.commit(member, "blue", "page", "blue");
    number = repository.open(member, "blue", "Blue button");
  }

  @AfterEach
  void end() {
    http.close();
    gitea.close();
  }

  private @Nullable Conversation conversation;

  @Override
  protected Conversation conversation() {
    var known = conversation;
    if (known == null) {
      known =
          new GiteaConversation(new GiteaApi(Gitea.url(), gitea.token(robot), http), Gitea.url());
      conversation = known;
    }
    return known;
  }

  private JsonNode ask(String person, String method, String path, String body) {
    return gitea.ask(
        person,
        method,
        "/repos/%s%s".formatted(repository.path(), path),
        json -> {
          if (!body.isEmpty()) {
            json.put("body", body);
          }
        });
  }

  @Override
  protected People people() {
    return new People() {
      @Override
      public String member() {
        return member;
      }

      @Override
      public String reader() {
        return reader;
      }

      @Override
      public String say(String person, String text) {
        var path = "/issues/%d/comments".formatted(number);
        return ask(person, "POST", path, text).path("id").asText();
      }

      @Override
      public String review(boolean approves, String text) {
        return repository.review(reader, number, approves, text);
      }

      @Override
      public void edit(String comment, String text) {
        ask(Gitea.ADMIN, "PATCH", "/issues/comments/" + comment, text);
      }

      @Override
      public void delete(String comment) {
        ask(Gitea.ADMIN, "DELETE", "/issues/comments/" + comment, "");
      }

      @Override
      public List<String> seen() {
        var all = ask(Gitea.ADMIN, "GET", "/issues/%d/comments".formatted(number), "");
        return all.findValuesAsText("body");
      }

      @Override
      public List<String> reactions(String comment) {
        var all = ask(Gitea.ADMIN, "GET", "/issues/comments/%s/reactions".formatted(comment), "");
        var words = new ArrayList<String>();
        all.forEach(each -> words.add(each.path("content").asText()));
        return words;
      }

      @Override
      public Map<String, Status.State> statuses(String commit) {
        var all = ask(Gitea.ADMIN, "GET", "/commits/%s/status".formatted(commit), "");
        var states = new LinkedHashMap<String, Status.State>();
        for (var each : all.path("statuses")) {
          var state = each.path("status").asText().toUpperCase(Locale.ROOT);
          states.put(each.path("context").asText(), Status.State.valueOf(state));
        }
        return states;
      }
    };
  }

  private RepositoryName name() {
    return new RepositoryName(Gitea.host(), repository.path());
  }

  @Override
  protected App app() {
    return new App(
        new AppName("shop"),
        "shop",
        name(),
        Gitea.url() + "/" + repository.path(),
        "",
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty());
  }

  @Override
  protected PullRequestRef pullRequest() {
    return new PullRequestRef(name(), number);
  }

  @Override
  protected String commit() {
    return repository.pull(number).at("/head/sha").asText();
  }
}
