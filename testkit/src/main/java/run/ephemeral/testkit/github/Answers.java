package run.ephemeral.testkit.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import run.ephemeral.testkit.github.Description.Operation;
import run.ephemeral.testkit.github.Repository.CheckRun;
import run.ephemeral.testkit.github.Repository.Deployed;
import run.ephemeral.testkit.github.Repository.Pull;
import run.ephemeral.testkit.github.Repository.Review;

/// What the test GitHub answers. Each answer is GitHub's example with our values.
final class Answers {
  /// That GitHub gives for a new App.
  static final String CODE = "a180b1a3d263c81bc6441d7b990bae27d4c10679";

  private static final int INSTALLATION = 815;

  private final GitHub hub;
  private final Function<String, String> tokens;

  Answers(GitHub hub, Function<String, String> tokens) {
    this.hub = hub;
    this.tokens = tokens;
  }

  /// @param body missing for none
  record Answer(int status, JsonNode body, Map<String, String> headers) {
    static Answer of(int status, JsonNode body) {
      return new Answer(status, body, Map.of());
    }
  }

  static JsonNode message(String text) {
    return GitHub.JSON.createObjectNode().put("message", text);
  }

  static Answer absent() {
    return Answer.of(404, message("Not Found"));
  }

  Answer to(Operation operation, Map<String, String> query, Optional<JsonNode> body) {
    var variables = operation.variables();
    var path = variables.get("owner") + "/" + variables.get("repo");
    var isAboutOne = variables.containsKey("repo");
    var repository = Optional.ofNullable(hub.repositories.get(path));
    if (isAboutOne && repository.isEmpty()) {
      return absent();
    }
    if (repository.filter(it -> it.renamed.isPresent()).isPresent()) {
      return Answer.of(301, message("Moved Permanently"));
    }
    var asked =
        new Asked(
            hub.description,
            operation,
            query,
            body.orElseGet(GitHub.JSON::missingNode),
            repository);
    return isAboutOne ? ofRepository(asked) : ofApp(asked);
  }

  private Answer ofApp(Asked asked) {
    return switch (asked.operation.name()) {
      case "POST /app-manifests/{code}/conversions" ->
          asked.variable("code").equals(CODE) ? asked.made(made(asked)) : absent();
      case "GET /app" -> asked.found(app(asked.example(200)));
      case "GET /app/installations" ->
          asked.list(Stream.of(hub.isInstalled).filter(it -> it), _ -> listed(asked.example(200)));
      case "GET /app/hook/deliveries" ->
          asked.list(
              hub.delivered.stream(), status -> asked.example(200).put("status_code", status));
      case "POST /app/installations/{installation_id}/access_tokens" -> token(asked);
      default -> unknown(asked);
    };
  }

  private Answer unknown(Asked asked) {
    hub.problems.add("the test GitHub does not know " + asked.operation.name());
    return absent();
  }

  private ObjectNode app(JsonNode example) {
    var app = (ObjectNode) example;
    app.put("id", GitHub.APP).put("slug", GitHub.SLUG);
    return permitted(app);
  }

  private ObjectNode permitted(ObjectNode owner) {
    var granted = owner.putObject("permissions");
    hub.permissions.forEach(granted::put);
    return owner;
  }

  private ObjectNode made(Asked asked) {
    var app = asked.example(201);
    app.put("id", GitHub.APP).put("slug", GitHub.SLUG);
    return app.put("pem", hub.pem()).put("webhook_secret", GitHub.SECRET);
  }

  /// The description wants an account that is a user and an enterprise at once.
  private ObjectNode listed(ObjectNode example) {
    var account = installation(example).withObject("/account");
    account.put("name", GitHub.OWNER).put("slug", GitHub.OWNER);
    account.putNull("created_at").putNull("updated_at");
    return example;
  }

  private ObjectNode installation(ObjectNode example) {
    example.put("id", INSTALLATION);
    example.withObject("/account").put("login", GitHub.OWNER);
    if (hub.isSuspended) {
      example.put("suspended_at", Repository.now().toString());
    }
    return permitted(example);
  }

  private Answer token(Asked asked) {
    var name = asked.body.at("/repositories/0").asText();
    var repository = hub.repositories.get(GitHub.OWNER + "/" + name);
    if (!hub.isInstalled || repository == null) {
      return absent();
    }
    var made = asked.example(201);
    made.put("token", tokens.apply(repository.path())).put("expires_at", Server.end().toString());
    return asked.made(permitted(made));
  }

  private Answer ofRepository(Asked asked) {
    var name = asked.operation.name().replace("/repos/{owner}/{repo}", "");
    return switch (name) {
      case "GET " -> asked.found(repository(asked));
      case "GET /installation" ->
          hub.isInstalled ? asked.found(installation(asked.example(200))) : absent();
      case "GET /branches/{branch}" -> branch(asked);
      case "GET /pulls" -> pulls(asked);
      case "GET /pulls/{pull_number}/reviews" ->
          asked.list(
              asked.repository().reviews.stream()
                  .filter(review -> review.number() == asked.id("pull_number")),
              review -> shown(asked, review));
      case "GET /git/matching-refs/{ref}" ->
          asked.list(
              asked.repository().refs("refs/" + asked.variable("ref")).entrySet().stream(),
              each -> ref(asked, each.getKey(), each.getValue()));
      case "GET /collaborators/{username}/permission" -> permission(asked);
      case "GET /commits/{ref}/check-runs" -> checks(asked);
      case "POST /check-runs", "PATCH /check-runs/{check_run_id}" -> check(asked);
      default ->
          name.contains("/deployments")
              ? deployments(asked, name)
              : CommentAnswers.answer(asked, name).orElseGet(() -> unknown(asked));
    };
  }

  private ObjectNode repository(Asked asked) {
    var json = asked.example(200);
    json.put("id", asked.repository().id).put("full_name", asked.repository().path());
    // What the example lacks, and what only a fork has.
    json.putNull("language").remove(List.of("source", "parent", "template_repository"));
    return json.put("default_branch", "main").put("archived", asked.repository().isArchived);
  }

  private Answer branch(Asked asked) {
    var name = asked.variable("branch");
    var sha = asked.repository().sha(name);
    if (sha.isEmpty()) {
      return Answer.of(404, message("Branch not found"));
    }
    var json = asked.example(200);
    json.put("name", name).withObject("/commit").put("sha", sha);
    return asked.found(json);
  }

  private static ObjectNode ref(Asked asked, String name, String sha) {
    var json = asked.example(200).put("ref", name);
    json.withObject("/object").put("sha", sha);
    return json;
  }

  private Answer pulls(Asked asked) {
    Predicate<Pull> isListed = pull -> pull.isOpen || "all".equals(asked.query.get("state"));
    Comparator<Pull> order =
        "updated".equals(asked.query.get("sort"))
            ? Comparator.comparing((Pull pull) -> pull.updated).reversed()
            : Comparator.comparingInt((Pull pull) -> pull.number);
    return asked.list(
        asked.repository().pulls.values().stream().filter(isListed).sorted(order),
        pull -> shown(asked, pull));
  }

  private static ObjectNode shown(Asked asked, Pull pull) {
    var json = asked.example(200);
    json.put("number", pull.number).put("title", pull.title).put("draft", pull.isDraft);
    json.put("state", pull.isOpen ? "open" : "closed").put("updated_at", pull.updated.toString());
    json.withObject("/user").put("login", pull.author);
    json.putArray("requested_teams");
    var label = json.withArray("labels").path(0).deepCopy();
    var labels = json.putArray("labels");
    pull.labels.forEach(name -> labels.add(((ObjectNode) label.deepCopy()).put("name", name)));
    var head = json.withObject("/head");
    head.put("ref", pull.branch).put("sha", pull.sha);
    head.withObject("/repo").put("id", asked.repository().id + (pull.fork.isPresent() ? 1 : 0));
    head.withObject("/repo/owner").put("login", pull.fork.orElse(GitHub.OWNER));
    json.withObject("/base").put("ref", pull.base);
    json.withObject("/base/repo").put("id", asked.repository().id);
    return json;
  }

  private static ObjectNode shown(Asked asked, Review review) {
    var json = asked.example(200);
    json.put("id", review.id()).put("body", review.text()).put("state", review.state());
    json.put("commit_id", review.sha()).put("submitted_at", review.at().toString());
    json.withObject("/user").put("login", review.person());
    return json;
  }

  private Answer permission(Asked asked) {
    var person = asked.variable("username");
    var known = asked.repository().people.get(person);
    if (known == null) {
      return absent();
    }
    var json = asked.example(200);
    json.put("permission", known).put("role_name", known);
    json.withObject("/user").put("login", person).put("role_name", known);
    return asked.found(json);
  }

  private Answer checks(Asked asked) {
    var all =
        asked.repository().checks.values().stream()
            .filter(run -> run.sha().equals(asked.variable("ref")))
            .filter(run -> run.name().equals(asked.query.getOrDefault("check_name", run.name())))
            .sorted(Comparator.comparingLong(CheckRun::id).reversed())
            .limit(Integer.parseInt(asked.query.get("per_page")))
            .toList();
    var json = asked.example(200);
    var run = json.withArray("check_runs").path(0).deepCopy();
    var runs = json.put("total_count", all.size()).putArray("check_runs");
    all.forEach(each -> runs.add(shown((ObjectNode) run.deepCopy(), each)));
    return asked.found(json);
  }

  private static ObjectNode shown(ObjectNode json, CheckRun run) {
    json.put("id", run.id()).put("name", run.name()).put("head_sha", run.sha());
    json.put("status", run.status());
    if (run.conclusion().isEmpty()) {
      json.putNull("conclusion");
    } else {
      json.put("conclusion", run.conclusion());
    }
    return json;
  }

  private Answer check(Asked asked) {
    var isNew = asked.operation.name().startsWith("POST");
    var id = isNew ? hub.ids.incrementAndGet() : asked.id("check_run_id");
    var known = Optional.ofNullable(asked.repository().checks.get(id));
    if (!isNew && known.isEmpty()) {
      return absent();
    }
    var body = asked.body;
    var sha = known.map(CheckRun::sha).orElse(body.path("head_sha").asText());
    var run =
        new CheckRun(
            id,
            body.path("name").asText(),
            sha,
            body.path("status").asText(),
            body.path("conclusion").asText(""),
            body.at("/output/title").asText());
    asked.repository().checks.put(id, run);
    var json = shown(asked.example(isNew ? 201 : 200), run);
    return isNew ? asked.made(json) : asked.found(json);
  }

  private Answer deployments(Asked asked, String name) {
    var all = asked.repository().deployments;
    return switch (name) {
      case "GET /deployments" ->
          asked.list(
              all.values().stream()
                  .filter(each -> each.task().equals(asked.query.get("task")))
                  .filter(each -> each.environment().equals(asked.query.get("environment"))),
              each -> shown(asked.example(200), each));
      case "POST /deployments" -> {
        var body = asked.body;
        var made =
            new Deployed(
                hub.ids.incrementAndGet(),
                body.path("ref").asText(),
                body.path("task").asText(),
                body.path("environment").asText(),
                "",
                "");
        all.put(made.id(), made);
        yield asked.made(shown(asked.example(201), made));
      }
      default -> deployment(asked, name);
    };
  }

  private Answer deployment(Asked asked, String name) {
    var all = asked.repository().deployments;
    var id = asked.id("deployment_id");
    var known = all.get(id);
    if (known == null) {
      return absent();
    }
    if (name.startsWith("DELETE")) {
      var isActive = List.of("success", "in_progress").contains(known.state());
      if (isActive) {
        return Answer.of(422, message("We cannot delete an active deployment"));
      }
      all.remove(id);
      return Answer.of(204, GitHub.JSON.missingNode());
    }
    var state = asked.body.path("state").asText();
    var url = asked.body.path("environment_url").asText("");
    all.put(id, new Deployed(id, known.sha(), known.task(), known.environment(), state, url));
    return asked.made(asked.example(201).put("state", state));
  }

  private ObjectNode shown(ObjectNode json, Deployed each) {
    json.put("id", each.id()).put("sha", each.sha()).put("ref", each.sha());
    var app = hub.description.find("GET", "/app").orElseThrow();
    json.set("performed_via_github_app", app(hub.description.example(app, 200)));
    return json.put("task", each.task()).put("environment", each.environment());
  }
}
