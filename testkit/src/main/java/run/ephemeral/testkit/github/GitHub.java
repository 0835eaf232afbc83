package run.ephemeral.testkit.github;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.Hmac;
import run.ephemeral.testkit.TestBed;

/// A GitHub Enterprise Server in memory, with real git: one GitHub App, its installation, and
/// repositories. Each request is checked against GitHub's own description of its API, and each
/// answer is made from the example there and checked, too; [#close] fails when one was wrong.
///
/// Tests that need it are skipped without the description, which `./dev verify` fetches:
/// `@EnabledIf("run.ephemeral.testkit.github.GitHub#isThere")`.
public final class GitHub implements AutoCloseable {
  /// The id of the App.
  public static final long APP = 4711;

  public static final String SLUG = "ephemeral-test";
  public static final String OWNER = "acme";
  public static final String SECRET = "secret of the webhooks";

  static final ObjectMapper JSON = new ObjectMapper();

  final Path folder;
  final Description description;
  final KeyPair keys;
  final Map<String, Repository> repositories = new HashMap<>();
  final Map<String, String> permissions = new HashMap<>();
  final List<String> problems = new CopyOnWriteArrayList<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final Deque<Integer> delivered = new ConcurrentLinkedDeque<>();
  final AtomicLong ids = new AtomicLong(1000);
  volatile Optional<Limit> limit = Optional.empty();
  volatile boolean isInstalled = true;
  volatile boolean isSuspended;
  private volatile Optional<String> hook = Optional.empty();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Server server;
  private @Nullable Actions actions;

  /// A refusal by a rate limit, with its headers.
  public record Limit(int status, Map<String, String> headers) {}

  private static final class Held {
    static final Description DESCRIPTION = Description.read(file("api-23.0.2.json"));
    static final Map<String, List<ObjectNode>> RECORDED = readRecorded();

    private Held() {}
  }

  /// @param folder an empty one
  public GitHub(Path folder) {
    this.folder = folder;
    description = Held.DESCRIPTION;
    for (var name : List.of("metadata", "contents", "merge_queues")) {
      permissions.put(name, "read");
    }
    for (var name : List.of("pull_requests", "issues", "checks", "deployments")) {
      permissions.put(name, "write");
    }
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      keys = generator.generateKeyPair();
      server = new Server(this);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path file(String name) {
    return TestBed.folder().resolve("github").resolve(name);
  }

  public static boolean isThere() {
    return Files.exists(file("api-23.0.2.json")) && Files.exists(file("webhooks-7.6.1.json"));
  }

  /// The deliveries that GitHub recorded, by their event.
  public static Map<String, List<ObjectNode>> recorded() {
    return Held.RECORDED;
  }

  private static Map<String, List<ObjectNode>> readRecorded() {
    try {
      var all = new HashMap<String, List<ObjectNode>>();
      for (var event : JSON.readTree(file("webhooks-7.6.1.json").toFile())) {
        var examples = new ArrayList<ObjectNode>();
        event.path("examples").forEach(example -> examples.add((ObjectNode) example));
        all.put(event.path("name").asText(), examples);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return server.url();
  }

  private long idOf(String path) {
    synchronized (this) {
      return Optional.ofNullable(repositories.get(path)).map(known -> known.id).orElse(0L);
    }
  }

  /// What jobs of its Actions have.
  public synchronized Actions actions() {
    var known = actions;
    if (known == null) {
      known = new Actions(url(), this::idOf);
      actions = known;
    }
    return known;
  }

  /// Such as `127.0.0.1:4000`.
  public String host() {
    return URI.create(url()).getAuthority();
  }

  /// The private key of the App, as GitHub gives it out: PKCS#1.
  public String pem() {
    var pkcs8 = keys.getPrivate().getEncoded();
    // The last part of PKCS#8 is PKCS#1: after 26 bytes for a key of 2048 bits.
    var pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    var text = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(pkcs1);
    return "-----BEGIN RSA PRIVATE KEY-----\n%s\n-----END RSA PRIVATE KEY-----\n".formatted(text);
  }

  /// A repository of [#OWNER] with a commit on `main`.
  public Repository repository(String name) {
    synchronized (this) {
      var repository = new Repository(this, ids.incrementAndGet(), OWNER + "/" + name);
      repositories.put(repository.path(), repository);
      return repository;
    }
  }

  public void install(boolean isInstalled) {
    this.isInstalled = isInstalled;
  }

  public void suspend(boolean isSuspended) {
    this.isSuspended = isSuspended;
  }

  /// @param level such as `write`; null for none
  public void grant(String permission, @Nullable String level) {
    if (level == null) {
      permissions.remove(permission);
    } else {
      permissions.put(permission, level);
    }
  }

  /// Refuses requests.
  public void limit(Optional<Limit> limit) {
    this.limit = limit;
  }

  /// Revokes the tokens of installations that were given out.
  public void revoke() {
    server.revoke();
  }

  /// What was asked, such as `GET /repos/{owner}/{repo}/pulls 304`.
  public List<String> requests() {
    return List.copyOf(requests);
  }

  public void forgetRequests() {
    requests.clear();
  }

  /// Where deliveries are sent.
  public void hook(String url) {
    hook = Optional.of(url);
  }

  /// Sends a recorded delivery of an event, changed, if there is a webhook.
  void tell(String event, Consumer<ObjectNode> change) {
    hook.ifPresent(
        url -> {
          var body = Objects.requireNonNull(recorded().get(event)).getFirst().deepCopy();
          change.accept(body);
          // No two real ones are the same.
          body.withObject("/repository").put("pushed_at", ids.incrementAndGet());
          var id = UUID.randomUUID().toString();
          delivered.addFirst(deliver(url, event, id, body.toString(), SECRET));
        });
  }

  /// @return the status; 0 when nobody answers
  public int deliver(String url, String event, String id, String body, String secret) {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("X-GitHub-Event", event)
            .header("X-GitHub-Delivery", id)
            .header("X-Hub-Signature-256", "sha256=" + Hmac.of(secret, body.getBytes(UTF_8)))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    try {
      return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.close();
    http.close();
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join("\n", problems));
    }
  }
}
