package run.ephemeral.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Base64;
import java.util.function.Consumer;

/// The Gitea of `./dev testbed up gitea`, as people use it. Tests that need it are skipped without:
/// `@EnabledIf("run.ephemeral.testkit.Gitea#isUp")`. Each makes an organization of its own.
public final class Gitea implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The user who administers it.
  public static final String ADMIN = "testbed";

  private static final String PASSWORD = "testbed-secret";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String unique = Long.toString(System.nanoTime() & 0xffffffffffL, 36);

  public static boolean isUp() {
    return Files.exists(TestBed.folder().resolve("gitea/up"));
  }

  public static String url() {
    try {
      return Files.readString(TestBed.folder().resolve("gitea/url")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String host() {
    return URI.create(url()).getAuthority();
  }

  /// A name that no other test has.
  public String named(String name) {
    return name + "-" + unique;
  }

  /// Sends a request as a user.
  ///
  /// @param path below `/api/v1`
  public JsonNode ask(String user, String method, String path, Consumer<ObjectNode> body) {
    var content = JSON.createObjectNode();
    body.accept(content);
    var login = Base64.getEncoder().encodeToString((user + ":" + PASSWORD).getBytes(UTF_8));
    var request =
        HttpRequest.newBuilder(URI.create(url() + "/api/v1" + path))
            .header("Authorization", "Basic " + login)
            .header("Content-Type", "application/json")
            .method(
                method,
                content.isEmpty() && method.equals("GET")
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(content.toString()))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new AssertionError(
            "%s %s: %d %s".formatted(method, path, answer.statusCode(), answer.body()));
      }
      return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// @return the name of the new user
  public String user(String name) {
    var user = named(name);
    ask(
        ADMIN,
        "POST",
        "/admin/users",
        body ->
            body.put("username", user)
                .put("email", user + "@example.org")
                .put("password", PASSWORD)
                .put("must_change_password", false));
    return user;
  }

  /// A token of a user, as the control plane needs it.
  public String token(String user) {
    return token(user, "read:user", "write:repository", "write:issue");
  }

  /// A token of a user.
  ///
  /// @param scopes such as `read:repository`
  public String token(String user, String... scopes) {
    return ask(
            user,
            "POST",
            "/users/%s/tokens".formatted(user),
            body -> {
              body.put("name", "t" + System.nanoTime());
              var all = body.withArray("scopes");
              for (var scope : scopes) {
                all.add(scope);
              }
            })
        .path("sha1")
        .asText();
  }

  /// A repository of a new organization, with a first commit.
  public Repository repository(String name, boolean isPrivate) {
    var owner = named("acme");
    ask(ADMIN, "POST", "/orgs", body -> body.put("username", owner));
    ask(
        ADMIN,
        "POST",
        "/orgs/%s/repos".formatted(owner),
        body ->
            body.put("name", name)
                .put("auto_init", true)
                .put("default_branch", "main")
                .put("private", isPrivate));
    return new Repository(owner + "/" + name);
  }

  @Override
  public void close() {
    http.close();
  }

  /// One repository.
  public final class Repository {
    private final String path;

    private Repository(String path) {
      this.path = path;
    }

    /// Such as `acme/shop`.
    public String path() {
      return path;
    }

    private String api(String more) {
      return "/repos/" + path + more;
    }

    /// Lets a user push, or only read.
    public void collaborator(String user, String permission) {
      ask(ADMIN, "PUT", api("/collaborators/" + user), body -> body.put("permission", permission));
    }

    /// Commits a file on a branch, which is made when it is not there.
    public void commit(String user, String branch, String file, String text) {
      var content = Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
      var known =
          ask(ADMIN, "GET", api("/branches"), _ -> {}).findValuesAsText("name").contains(branch);
      ask(
          user,
          "POST",
          api("/contents"),
          body -> {
            body.put("message", "Change " + file).put("branch", known ? branch : "main");
            if (!known) {
              body.put("new_branch", branch);
            }
            var change = body.withArray("files").addObject();
            change.put("path", file).put("content", content);
            var before = sha(known ? branch : "main", file);
            change.put("operation", before.isEmpty() ? "create" : "update");
            if (!before.isEmpty()) {
              change.put("sha", before);
            }
          });
    }

    private String sha(String branch, String file) {
      var tree =
          ask(
              ADMIN,
              "GET",
              api("/git/trees/%s?recursive=true".formatted(encoded(branch))),
              _ -> {});
      for (var entry : tree.path("tree")) {
        if (entry.path("path").asText().equals(file)) {
          return entry.path("sha").asText();
        }
      }
      return "";
    }

    private static String encoded(String text) {
      return java.net.URLEncoder.encode(text, UTF_8);
    }

    /// @param head a branch, or `user:branch` of a fork
    /// @return its number
    public int open(String user, String head, String title) {
      return ask(
              user,
              "POST",
              api("/pulls"),
              body -> body.put("head", head).put("base", "main").put("title", title))
          .path("number")
          .asInt();
    }

    /// A review of the newest commit.
    ///
    /// @return its id
    public String review(String user, int number, boolean approves, String text) {
      return ask(
              user,
              "POST",
              api("/pulls/%d/reviews".formatted(number)),
              body -> body.put("event", approves ? "APPROVED" : "COMMENT").put("body", text))
          .path("id")
          .asText();
    }

    public JsonNode pull(int number) {
      return ask(ADMIN, "GET", api("/pulls/" + number), _ -> {});
    }

    public void edit(int number, Consumer<ObjectNode> change) {
      ask(ADMIN, "PATCH", api("/pulls/" + number), change);
    }

    public void close(int number) {
      edit(number, body -> body.put("state", "closed"));
    }

    public void label(int number, String name) {
      var label =
          ask(
              ADMIN,
              "POST",
              api("/labels"),
              body -> body.put("name", name).put("color", "#00aabb"));
      ask(
          ADMIN,
          "POST",
          api("/issues/%d/labels".formatted(number)),
          body -> body.withArray("labels").add(label.path("id").asInt()));
    }

    public void unlabel(int number) {
      ask(ADMIN, "DELETE", api("/issues/%d/labels".formatted(number)), _ -> {});
    }

    public void deleteBranch(String branch) {
      ask(ADMIN, "DELETE", api("/branches/" + encoded(branch)), _ -> {});
    }

    public void rename(String name) {
      ask(ADMIN, "PATCH", api(""), body -> body.put("name", name));
    }

    /// @return the fork of a user
    public Repository fork(String user) {
      var fork = ask(user, "POST", api("/forks"), body -> body.put("name", named("fork")));
      return new Repository(fork.path("full_name").asText());
    }

    /// Opens a pull request as one who may only read, by a push to `refs/for/main`.
    public void pushForReview(String user, java.nio.file.Path folder, String topic) {
      var git = Git.init(folder);
      git.run(
          "pull",
          "-q",
          url().replace("://", "://%s:%s@".formatted(user, PASSWORD)) + "/" + path,
          "main");
      git.write("evil", "evil").commit("Evil");
      git.run(
          "push",
          "-q",
          url().replace("://", "://%s:%s@".formatted(user, PASSWORD)) + "/" + path,
          "HEAD:refs/for/main/" + topic,
          "-o",
          "title=By review");
    }
  }
}
