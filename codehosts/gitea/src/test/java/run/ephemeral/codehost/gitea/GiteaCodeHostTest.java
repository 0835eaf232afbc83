package run.ephemeral.codehost.gitea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHostAccess.Hook;
import run.ephemeral.core.pullrequest.Facts;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Gitea;

/// What a Gitea says of pull requests, and of tokens that may not.
@EnabledIf("run.ephemeral.testkit.Gitea#isUp")
class GiteaCodeHostTest {
  private static final AppName SHOP = new AppName("shop");

  @TempDir private Path temporary;
  private final Gitea gitea = new Gitea();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Gitea.Repository repository = gitea.repository("shop", true);
  private GitSources sources = new GitSources(Path.of("."));

  @BeforeEach
  void begin() {
    sources = new GitSources(temporary.resolve("mirrors"));
  }

  @AfterEach
  void end() {
    sources.close();
    gitea.close();
  }

  private GiteaCodeHost host(String token) {
    var url = Gitea.url();
    return new GiteaCodeHost(
        Gitea.host(),
        url,
        token,
        new GiteaApi(url, token, http),
        Optional.empty(),
        sources,
        Duration.ZERO);
  }

  private GiteaCodeHost host() {
    return host(gitea.token(Gitea.ADMIN));
  }

  private App app() {
    return new App(
        SHOP,
        "shop",
        new RepositoryName(Gitea.host(), repository.path()),
        Gitea.url() + "/" + repository.path(),
        "",
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty());
  }

  private List<PullRequest> look() {
    return host().look(app()).open();
  }

  private Fault fault(GiteaCodeHost host) {
    return catchThrowableOfType(FaultException.class, () -> host.look(app())).fault();
  }

  private int open(String user, String branch, String title) {
    repository.commit(user, branch, "page", branch);
    return repository.open(user, branch, title);
  }

  @Test
  void labelsDraftsTitlesAndTheTargetBranchAreSeen() {
    var ada = gitea.user("ada");
    repository.collaborator(ada, "write");
    var number = open(ada, "feature/blue+1%41", "WIP: \u001b[31mBlue <b>\n" + "x".repeat(150));
    repository.label(number, "preview");
    var one = look().getFirst();
    var title = "WIP:  [31mBlue <b> " + "x".repeat(150);
    assertThat(one.facts()).isEqualTo(new Facts(title, ada, Set.of("preview"), true));
    assertThat(one.branch()).isEqualTo("feature/blue+1%41");
    assertThat(one.head().base()).contains("main");
    repository.unlabel(number);
    repository.edit(number, body -> body.put("title", "Blue"));
    repository.commit(ada, "next", "page", "next");
    repository.edit(number, body -> body.put("base", "next"));
    var edited = look().getFirst();
    assertThat(edited.facts()).isEqualTo(new Facts("Blue", ada, Set.of(), false));
    assertThat(edited.head().base()).contains("next");
    assertThat(edited.head().movedFrom(one.head())).isTrue();
  }

  @Test
  void everyEditIsTold() {
    var host = host();
    var number = open(Gitea.ADMIN, "blue", "Blue");
    check(host, "a label", () -> repository.label(number, "preview"));
    check(host, "a draft", () -> repository.edit(number, body -> body.put("title", "WIP: Blue")));
    check(host, "main", () -> repository.commit(Gitea.ADMIN, "main", "other", "main"));
    check(host, "a push", () -> repository.commit(Gitea.ADMIN, "blue", "other", "blue"));
    check(host, "closed", () -> repository.close(number));
  }

  /// In the same second as a look, and later.
  private void check(GiteaCodeHost host, String what, Runnable edit) {
    host.look(app());
    edit.run();
    assertThat(host.changed(app())).as(what).isTrue();
    Eventually.eventually(
        "the time of the last change is over",
        () -> {
          host.look(app());
          return !host.changed(app());
        });
  }

  @Test
  void anEditLongAfterTheLookIsTold() {
    var host = host();
    var number = open(Gitea.ADMIN, "blue", "Blue");
    check(host, "a label", () -> repository.label(number, "preview"));
    repository.unlabel(number);
    assertThat(host.changed(app())).as("no label").isTrue();
  }

  @Test
  void aForkAndAPushForReviewAreOfStrangers() {
    var mallory = gitea.user("mallory");
    repository.collaborator(mallory, "read");
    var fork = repository.fork(mallory);
    fork.commit(mallory, "blue", "page", "evil");
    repository.open(mallory, mallory + ":blue", "From a fork");
    repository.pushForReview(mallory, temporary.resolve("work"), "topic");
    var all = look();
    assertThat(all)
        .extracting(PullRequest::trust)
        .containsExactly(new Trust.Fork(mallory), new Trust.Fork(mallory));
    for (var each : all) {
      assertThat(sources.read(Mirror.of(SHOP), each.commit(), "page", 9)).as("fetched").isEmpty();
    }
    assertThat(all.getFirst().trust().covers(all.getFirst().commit())).isFalse();
    gitea.ask(Gitea.ADMIN, "DELETE", "/repos/" + fork.path(), _ -> {});
    // Gitea closes the pull request of a fork that is deleted.
    assertThat(look())
        .hasSize(1)
        .extracting(PullRequest::trust)
        .hasOnlyElementsOfType(Trust.Fork.class);
  }

  @Test
  void aTokenThatIsRefusedOrMayTooLittleIsSaid() {
    assertThat(fault(host("0123456789012345678901234567890123456789")))
        .satisfies(
            fault -> {
              assertThat(fault.kind()).isEqualTo(Fault.Kind.USER);
              assertThat(fault.message()).contains("does not accept the token", "gitea setup");
            });
    assertThat(fault(host(gitea.token(Gitea.ADMIN, "read:user"))).message())
        .contains("the token may not do this");
    var nobody = gitea.user("nobody");
    assertThat(fault(host(gitea.token(nobody, "read:repository"))).message())
        .contains("has no such repository, or the token may not read it");
  }

  @Test
  void aRepositoryThatHasAnotherNameNowIsSaid() {
    repository.rename("market");
    assertThat(fault(host()).message()).contains("has another name now");
  }

  @Test
  void aPageOrAnotherProgramIsNoGitea() {
    var access = new GiteaAccess(sources);
    var token = gitea.token(Gitea.ADMIN);
    assertThat(access.check(Gitea.url(), token).user()).isEqualTo(Gitea.ADMIN);
    var wrong =
        catchThrowableOfType(
            FaultException.class, () -> access.check(Gitea.url() + "/" + Gitea.ADMIN, token));
    assertThat(wrong.fault().message()).contains("there is no Gitea or Forgejo at");
    var scarce = gitea.token(Gitea.ADMIN, "read:user");
    assertThat(catchThrowableOfType(FaultException.class, () -> access.check(Gitea.url(), scarce)))
        .hasMessageContaining("may not do this");
  }

  @Test
  void theNamesThatPeopleWriteLeadToTheRepository() {
    var host = host();
    for (var text :
        List.of(
            Gitea.url() + "/Acme/Shop",
            Gitea.url() + "/acme/shop.git",
            Gitea.url() + "/acme/shop/",
            Gitea.host() + "/acme/shop")) {
      assertThat(host.locate(text).orElseThrow().repository())
          .as(text)
          .contains(new RepositoryName(Gitea.host(), "acme/shop"));
    }
    for (var text :
        List.of(
            Gitea.url(),
            Gitea.url() + "/acme",
            Gitea.url() + "/acme/shop/pulls",
            Gitea.url() + "/../shop",
            Gitea.url() + "/acme/..",
            Gitea.url() + "/acme/shop?x",
            "https://elsewhere.example/acme/shop")) {
      assertThat(host.locate(text)).as(text).isEmpty();
    }
  }

  @Test
  @Tag("long")
  void moreThanOnePageOfThemIsSeen() {
    for (int i = 0; i < 53; i++) {
      open(Gitea.ADMIN, "branch-" + i, "Number " + i);
    }
    assertThat(look()).hasSize(53);
  }

  private JsonNode hooks(String method, String more, Consumer<ObjectNode> body) {
    return gitea.ask(
        Gitea.ADMIN, method, "/repos/%s/hooks%s".formatted(repository.path(), more), body);
  }

  private GiteaHooks subscribed(String secret) {
    var api = new GiteaApi(Gitea.url(), gitea.token(Gitea.ADMIN), http);
    var hooks = new GiteaHooks(api, Optional.of(new Hook("http://here.example/hooks/x", secret)));
    hooks.ensure(app());
    return hooks;
  }

  @Test
  void oneWebhookIsMadeAndMendedAndRemoved() {
    hooks(
        "POST",
        "",
        body -> {
          body.put("type", "gitea");
          body.putObject("config").put("url", "http://other.example").put("content_type", "json");
        });
    subscribed("one");
    var made = hooks("GET", "", _ -> {});
    assertThat(made).hasSize(2);
    var all = made.findValuesAsText("url");
    var id = "/" + made.path(all.indexOf("http://other.example") == 0 ? 1 : 0).path("id").asText();
    hooks("PATCH", id, body -> body.put("active", false).putArray("events").add("push"));
    subscribed("one");
    var mended = hooks("GET", id, _ -> {});
    assertThat(mended.path("active").asBoolean()).isTrue();
    assertThat(mended.path("events").toString()).contains("pull_request", "issue_comment");
    assertThat(hooks("GET", "", _ -> {})).hasSize(2);
    // A secret cannot be read nor changed there: another one is another webhook.
    var last = subscribed("two");
    var renewed = hooks("GET", "", _ -> {});
    assertThat(renewed).hasSize(2);
    assertThat(renewed.findValuesAsText("url")).doesNotContainAnyElementsOf(List.of(url(mended)));
    last.remove(app());
    assertThat(hooks("GET", "", _ -> {}).findValuesAsText("url"))
        .containsExactly("http://other.example");
  }

  private static String url(JsonNode hook) {
    return hook.at("/config/url").asText();
  }
}
