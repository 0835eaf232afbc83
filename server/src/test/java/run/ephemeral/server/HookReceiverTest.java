package run.ephemeral.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.codehost.gitea.GiteaAccess;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Hmac;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHostAccess.Hook;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.Webhooks;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.core.spec.TestSpec;
import run.ephemeral.server.HookReceiver.Received;
import run.ephemeral.source.GitSources;
import run.ephemeral.store.NotificationListener;
import run.ephemeral.store.PostgresStore;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestPostgres;
import run.ephemeral.testkit.github.GitHub;

/// Deliveries of webhooks, honest and other ones.
class HookReceiverTest {
  private static final String HOST = "gitea.example.com:3000";
  private static final String OTHER = "other.example.com";
  private static final String PATH = "acme/shop";
  private static final AppName SHOP = new AppName("shop");
  private static final String BODY =
      "{\"action\":\"opened\",\"number\":7,\"repository\":{\"full_name\":\"Acme/Shop\"}}";

  @TempDir private Path temporary;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final String database = TestPostgres.database();
  private final PostgresStore store;
  private final NotificationListener listener;
  private Optional<Inbox> inbox = Optional.empty();
  private GitSources sources = new GitSources(Path.of("."));
  private HookReceiver receiver;

  HookReceiverTest() {
    var server = TestPostgres.server();
    store = PostgresStore.open(database, server.user(), server.password());
    listener =
        new NotificationListener(
            database,
            server.user(),
            server.password(),
            (channel, name) -> {
              if (channel == NotificationListener.Channel.REPOSITORY) {
                heard.add(name);
              }
            });
  }

  @BeforeEach
  void add() {
    var secrets = new Secrets(temporary.resolve("secret.key"));
    sources = new GitSources(temporary.resolve("sources"));
    for (var name : List.of(HOST, OTHER)) {
      var hook = new Webhooks("http://here", secrets.seal("secret of " + name));
      store
          .codeHosts()
          .add(
              new AddedCodeHost(
                  name,
                  CodeHostKind.GITEA,
                  "http://" + name,
                  secrets.seal("token"),
                  Optional.of(hook),
                  Instant.EPOCH));
    }
    store
        .apps()
        .add(
            new App(
                SHOP,
                "shop",
                new RepositoryName(HOST, PATH),
                "http://x",
                "",
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty()));
    var hosts =
        new ConnectedCodeHosts(
            new GitCodeHost(sources),
            store.codeHosts(),
            secrets,
            Map.of(CodeHostKind.GITEA, new GiteaAccess(sources)));
    hosts.reload();
    inbox = Optional.of(new Inbox(store.deliveries()));
    inbox.orElseThrow().start();
    listener.start();
    Eventually.eventually("it listens", () -> heard.contains(""));
    receiver =
        new HookReceiver(
            hosts, inbox.orElseThrow(), store.apps(), store.environments(), InstantSource.system());
  }

  @AfterEach
  void close() {
    listener.close();
    inbox.ifPresent(Inbox::close);
    sources.close();
    store.close();
  }

  /// The apps that every control plane was told to look at.
  private List<String> looked() {
    var marker = "after " + heard.size();
    var server = TestPostgres.server();
    try (var connection = DriverManager.getConnection(database, server.user(), server.password());
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_notify('ephemeral_repository', '%s')".formatted(marker));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    Eventually.eventually("it is heard", () -> heard.contains(marker));
    return heard.stream().filter(SHOP.value()::equals).toList();
  }

  private static String signed(String secret, String body) {
    return Hmac.of(secret, body.getBytes(UTF_8));
  }

  private static String secret(String host, String path) {
    return new Hook("http://here", "secret of " + host).of(path).secret();
  }

  private Received deliver(String id, String signature, String body) {
    return receiver.receive(HOST, Optional.of(PATH), id, signature, body.getBytes(UTF_8));
  }

  private Received deliver(String id, String body) {
    return deliver(id, signed(secret(HOST, PATH), body), body);
  }

  @Test
  void aSignedDeliveryHasItsRepositoryLookedAt() {
    assertThat(deliver("1", BODY)).isEqualTo(Received.TAKEN);
    assertThat(looked()).containsExactly(SHOP.value());
  }

  @Test
  void oneThatIsNotSignedOrByAnotherSecretOrWasChangedIsForged() {
    assertThat(deliver("1", "", BODY)).isEqualTo(Received.FORGED);
    assertThat(deliver("1", "nonsense", BODY)).isEqualTo(Received.FORGED);
    assertThat(deliver("1", signed(secret(OTHER, PATH), BODY), BODY)).isEqualTo(Received.FORGED);
    assertThat(deliver("1", signed(secret(HOST, PATH), BODY), BODY + " "))
        .isEqualTo(Received.FORGED);
    assertThat(receiver.receive("unknown.example", Optional.empty(), "1", "", BODY.getBytes(UTF_8)))
        .isEqualTo(Received.FORGED);
    assertThat(looked()).isEmpty();
    assertThat(store.deliveries().last(HOST)).isEmpty();
  }

  /// The administrators of a repository can read the secret of its webhook.
  @Test
  void theSecretOfAnotherRepositoryIsNoSignature() {
    var theirs = secret(HOST, "mallory/shop");
    assertThat(deliver("1", signed(theirs, BODY), BODY)).isEqualTo(Received.FORGED);
    var signature = signed(theirs, BODY);
    assertThat(
            receiver.receive(
                HOST, Optional.of("mallory/shop"), "2", signature, BODY.getBytes(UTF_8)))
        .isEqualTo(Received.TAKEN);
    assertThat(receiver.receive(HOST, Optional.empty(), "3", signature, BODY.getBytes(UTF_8)))
        .isEqualTo(Received.FORGED);
    assertThat(looked()).isEmpty();
  }

  /// As of a GitHub App.
  @Test
  void aWebhookOfManyRepositoriesNamesOneInItsBody() {
    var signature = signed("secret of " + HOST, BODY);
    assertThat(receiver.receive(HOST, Optional.empty(), "1", signature, BODY.getBytes(UTF_8)))
        .isEqualTo(Received.TAKEN);
    assertThat(looked()).containsExactly(SHOP.value());
  }

  @Test
  void aReplayHasNothingLookedAt() {
    deliver("1", BODY);
    assertThat(deliver("1", BODY)).isEqualTo(Received.TAKEN);
    assertThat(deliver("2", BODY)).isEqualTo(Received.TAKEN);
    assertThat(looked()).hasSize(1);
  }

  @Test
  void anotherHostSpeaksOnlyOfItsOwnRepositories() {
    var signature = signed(secret(OTHER, PATH), BODY);
    assertThat(receiver.receive(OTHER, Optional.of(PATH), "1", signature, BODY.getBytes(UTF_8)))
        .isEqualTo(Received.TAKEN);
    assertThat(looked()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsSaidAndStoresNothing() {
    assertThat(deliver("1", "{")).isEqualTo(Received.UNREADABLE);
    assertThat(deliver("1", "[".repeat(100_000))).isEqualTo(Received.UNREADABLE);
    assertThat(store.deliveries().last(HOST)).isEmpty();
    assertThat(looked()).isEmpty();
    assertThat(deliver("2", "")).isEqualTo(Received.TAKEN);
    assertThat(deliver("3".repeat(5000), "[]")).isEqualTo(Received.TAKEN);
  }

  @Test
  void onlyANewCommentAtAPullRequestIsNews() {
    var comment = ",\"comment\":{\"id\":1},\"issue\":{\"pull_request\":%s}";
    deliver("1", BODY.replace("\"opened\"", "\"edited\"" + comment.formatted("{}")));
    deliver("2", BODY.replace("\"opened\"", "\"created\"" + comment.formatted("null")));
    assertThat(looked()).isEmpty();
    var ours = comment.formatted("{}").replace("1}", "1,\"body\":\"<!-- ephemeral.run x\"}");
    deliver("4", BODY.replace("\"opened\"", "\"created\"" + ours));
    assertThat(looked()).isEmpty();
    deliver("3", BODY.replace("\"opened\"", "\"created\"" + comment.formatted("{}")));
    assertThat(looked()).containsExactly(SHOP.value());
  }

  @Test
  void onlyAPushToTheDefaultBranchIsNews() {
    var push = "{\"ref\":\"%s\",\"pusher\":{},\"repository\":{\"default_branch\":\"main\"}}";
    deliver("1", push.formatted("refs/tags/main"));
    deliver("2", push.formatted("refs/heads/blue"));
    assertThat(looked()).isEmpty();
    deliver("3", push.formatted("refs/heads/main"));
    assertThat(looked()).containsExactly(SHOP.value());
  }

  /// Whatever GitHub recorded is taken, each once, and has the repository looked at unless it only
  /// tells of what this program wrote.
  @Test
  @EnabledIf("run.ephemeral.testkit.github.GitHub#isThere")
  void whatGitHubRecordedIsTakenInAnyOrderAndOnce() {
    var all = new ArrayList<String>();
    for (var event : GitHub.recorded().entrySet()) {
      for (var delivery : event.getValue()) {
        if (delivery.has("repository")) {
          delivery.withObject("/repository").put("full_name", "Acme/Shop");
        }
        all.add(delivery.toString());
      }
    }
    Collections.shuffle(all, new Random(7));
    for (int times = 0; times < 2; times++) {
      for (int i = 0; i < all.size(); i++) {
        var body = all.get(i);
        var signature = signed("secret of " + HOST, body);
        var id = "%d of %d".formatted(i, times);
        var bytes = body.getBytes(UTF_8);
        assertThat(receiver.receive(HOST, Optional.empty(), id, signature, bytes))
            .isEqualTo(Received.TAKEN);
        var changed = body.replace("Acme/Shop", "Acme/Shup").getBytes(UTF_8);
        if (body.contains("Acme/Shop")) {
          assertThat(receiver.receive(HOST, Optional.empty(), id + "!", signature, changed))
              .isEqualTo(Received.FORGED);
        }
      }
    }
    assertThat(looked()).hasSizeGreaterThan(100);
    assertThat(looked()).hasSizeLessThan(all.size());
  }

  private static final String SHA = "d6fde92930d4715a2b49857d24b940956b26d2d3";
  private static final String RERUN =
      "{\"action\":\"rerequested\",\"sender\":{\"login\":\"%s\",\"type\":\"User\"},\"check_%s\":"
          + "{\"name\":\"%s\",\"head_sha\":\"%s\"},\"repository\":{\"full_name\":\"Acme/Shop\"}}";

  private PullRequestRef environment() {
    var ref = new PullRequestRef(new RepositoryName(HOST, "acme/shop"), 7);
    var head = new Head(SHA, "blue", Optional.of("main"));
    var facts = new Facts("Blue", "ann", Set.of(), false);
    var origin = new Origin.OfPullRequests(new PullRequest(ref, head, facts, new Trust.Own()));
    var smoke = new TestSpec("true", ".", TestSpec.When.READY, Map.of());
    var spec =
        new AppSpec(
            SHOP,
            Map.of(),
            Map.of(),
            Map.of(new ComponentName("smoke"), smoke),
            StartSpec.DEFAULT,
            new SleepSpec(Optional.empty()),
            new ExpireSpec(Optional.empty()));
    var mirror = Mirror.of(SHOP);
    var release = new Release(mirror, SHA, Digest.of("x"), spec, Set.of(), Map.of(), Map.of());
    var now = Instant.now();
    var wanted = Wanted.nothingYet(Power.ON, now).withRelease(release, Power.ON, now);
    var made = store.environments().create(EnvironmentName.of("shop", 7), SHOP, origin, wanted);
    assertThat(made).isPresent();
    return ref;
  }

  /// By the secret of the App.
  private Received press(String id, String body) {
    var signature = signed("secret of " + HOST, body);
    return receiver.receive(HOST, Optional.empty(), id, signature, body.getBytes(UTF_8));
  }

  @Test
  void reRunOfACheckIsAskedForOncePerPress() {
    var ref = environment();
    press("1", RERUN.formatted("ann", "run", "ephemeral/shop/smoke", SHA));
    press("1", RERUN.formatted("ann", "run", "ephemeral/shop/smoke", SHA));
    press("2", RERUN.formatted("ann", "run", "ephemeral/shop/smoke", SHA));
    press("3", RERUN.formatted("ann", "run", "ephemeral/shop", SHA));
    press("4", RERUN.formatted("ann", "suite", "", SHA));
    var open = store.commentCommands().open(SHOP);
    assertThat(open)
        .extracting(each -> each.received().commands())
        .containsExactly(
            List.of("test smoke"),
            List.of("test smoke"),
            List.of("update"),
            List.of("update", "test"));
    assertThat(open).allMatch(each -> each.received().author().equals("ann"));
    assertThat(open).allMatch(each -> each.received().pullRequest().equals(ref));
    assertThat(open).noneMatch(each -> each.received().isComment());
  }

  @Test
  void nobodyAsksForMoreOrInTheNameOfAnother() {
    environment();
    press("1", RERUN.formatted("ann", "run", "ephemeral/shop/other", SHA));
    press("2", RERUN.formatted("ann", "run", "ci/build", SHA));
    press("3", RERUN.formatted("ann", "run", "ephemeral/shop", "0".repeat(40)));
    press("4", RERUN.formatted("", "run", "ephemeral/shop", SHA));
    press("5", RERUN.formatted("boss", "run", "ephemeral/shop/smoke\\napprove " + SHA, SHA));
    press("6", RERUN.formatted("boss", "run", "ephemeral/shop/smoke\\u0000", SHA));
    // Administrators of a repository know the secret of its webhook.
    deliver("7", RERUN.formatted("boss", "run", "ephemeral/shop", SHA));
    assertThat(store.commentCommands().open(SHOP)).isEmpty();
  }

  @Test
  void whatThisProgramWroteIsNoNews() {
    for (var each : List.of("check_run", "check_suite", "deployment", "deployment_status")) {
      deliver(each, BODY.replace("{\"action\"", "{\"%s\":{},\"action\"".formatted(each)));
    }
    deliver("bot", BODY.replaceFirst("^.", "{\"comment\":{},\"sender\":{\"type\":\"Bot\"},"));
    assertThat(looked()).isEmpty();
    deliver("1", BODY);
    assertThat(looked()).hasSize(1);
  }
}
