package run.ephemeral.codehost.github;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.rest.Rest;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Deployment;
import run.ephemeral.core.report.Status;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.testkit.ConversationContract;
import run.ephemeral.testkit.github.GitHub;
import run.ephemeral.testkit.github.Repository;

@EnabledIf("run.ephemeral.testkit.github.GitHub#isThere")
class GitHubConversationTest extends ConversationContract {
  private static final RepositoryName NAME = new RepositoryName("github", "acme/shop");

  @TempDir private Path temporary;
  private Optional<GitHub> started = Optional.empty();
  private Optional<Repository> made = Optional.empty();
  private Optional<Conversation> conversation = Optional.empty();
  private String commit = "";
  private int number;

  @BeforeEach
  void begin() {
    var github = new GitHub(temporary);
    started = Optional.of(github);
    made = Optional.of(github.repository("shop"));
    repository().admit("ann", "write");
    repository().admit("rita", "read");
    commit = repository().commit("blue", "page", "blue");
    number = repository().open("ann", "blue", "Blue button");
    var key = AppKey.of(GitHub.APP, github.pem());
    var clock = InstantSource.system();
    var api = new GitHubApi(github.url(), Optional.of(key), Rest.client(), new Quota(clock), clock);
    conversation = Optional.of(new GitHubConversation(api));
  }

  @AfterEach
  void end() {
    started.orElseThrow().close();
  }

  private Repository repository() {
    return made.orElseThrow();
  }

  @Override
  protected Conversation conversation() {
    return conversation.orElseThrow();
  }

  @Override
  protected People people() {
    return new People() {
      @Override
      public String member() {
        return "ann";
      }

      @Override
      public String reader() {
        return "rita";
      }

      @Override
      public String say(String person, String text) {
        return repository().say(number, person, text);
      }

      @Override
      public String review(boolean approves, String text) {
        return repository().review(number, "rita", approves, text);
      }

      @Override
      public void edit(String comment, String text) {
        repository().edit(comment, text);
      }

      @Override
      public void delete(String comment) {
        repository().delete(comment);
      }

      @Override
      public List<String> seen() {
        return repository().seen(number);
      }

      @Override
      public List<String> reactions(String comment) {
        return repository().reactions(comment);
      }

      @Override
      public Map<String, Status.State> statuses(String commit) {
        var states = new LinkedHashMap<String, Status.State>();
        repository()
            .checks(commit)
            .forEach(
                (name, state) ->
                    states.put(
                        name,
                        switch (state) {
                          case "success" -> Status.State.SUCCESS;
                          case "failure" -> Status.State.FAILURE;
                          default -> Status.State.PENDING;
                        }));
        return states;
      }
    };
  }

  @Override
  protected App app() {
    return new App(
        new AppName("shop"),
        "shop",
        NAME,
        started.orElseThrow().url() + "/acme/shop",
        "",
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty());
  }

  @Override
  protected PullRequestRef pullRequest() {
    return new PullRequestRef(NAME, number);
  }

  @Override
  protected String commit() {
    return commit;
  }

  private void deploy(String commit, Deployment.State state) {
    var url = Optional.of("http://pr-shop-1.localhost:8080");
    var deployment = new Deployment("pr-shop-1", "here", state, url);
    conversation().deployment(NAME, commit, deployment);
  }

  @Test
  void aCommitIsDeployedOnceAndTheOneBeforeIsNotAnyMore() {
    deploy(commit, Deployment.State.RUNNING);
    deploy(commit, Deployment.State.READY);
    conversation()
        .deployment(
            NAME,
            commit,
            new Deployment("pr-shop-2", "here", Deployment.State.FAILED, Optional.empty()));
    assertThat(repository().deployments())
        .containsEntry("deploy:pr-shop-1@here", commit + " success http://pr-shop-1.localhost:8080")
        .containsEntry("deploy:pr-shop-2@here", commit + " failure");
    var next = repository().commit("blue", "page", "darker");
    deploy(next, Deployment.State.RUNNING);
    assertThat(repository().deployments())
        .hasSize(2)
        .containsEntry(
            "deploy:pr-shop-1@here", next + " in_progress http://pr-shop-1.localhost:8080");
    var elsewhere = Optional.of("http://elsewhere.example");
    conversation()
        .deployment(
            NAME, next, new Deployment("pr-shop-1", "there", Deployment.State.INACTIVE, elsewhere));
    assertThat(repository().deployments()).hasSize(2);
    deploy(next, Deployment.State.INACTIVE);
    deploy(next, Deployment.State.INACTIVE);
    assertThat(repository().deployments()).containsOnlyKeys("deploy:pr-shop-2@here");
  }

  /// What is completed cannot become pending: a new check run takes its place.
  @Test
  void aCheckCanBeginAgain() {
    for (var state : List.of(Status.State.FAILURE, Status.State.PENDING, Status.State.SUCCESS)) {
      conversation()
          .status(NAME, commit, new Status("ephemeral/shop", state, "", Optional.empty()));
      assertThat(people().statuses(commit)).containsEntry("ephemeral/shop", state);
    }
  }

  @Test
  void aCommentAtAnIssueIsNotRead() {
    repository().say(77, "ann", "@runbot sleep");
    assertThat(conversation().comments(app(), start()).comments()).isEmpty();
  }
}
