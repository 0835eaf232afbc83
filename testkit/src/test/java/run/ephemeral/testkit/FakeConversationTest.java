package run.ephemeral.testkit;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Status;
import run.ephemeral.core.spec.AppName;

class FakeConversationTest extends ConversationContract {
  private static final RepositoryName REPOSITORY = new RepositoryName("fake", "acme/shop");

  private final FakeConversation fake = new FakeConversation();

  @Override
  protected Conversation conversation() {
    return fake;
  }

  @Override
  protected People people() {
    fake.admit("ann", Conversation.Access.WRITE);
    fake.admit("rita", Conversation.Access.READ);
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
        return fake.say(pullRequest(), person, text);
      }

      @Override
      public String review(boolean approves, String text) {
        return approves ? fake.approve(pullRequest(), "rita", commit(), text) : "";
      }

      @Override
      public void edit(String comment, String text) {
        fake.edit(comment, text);
      }

      @Override
      public void delete(String comment) {
        fake.delete(comment);
      }

      @Override
      public List<String> seen() {
        return fake.seen();
      }

      @Override
      public List<String> reactions(String comment) {
        return fake.reactions(comment).stream().map(Enum::name).toList();
      }

      @Override
      public Map<String, Status.State> statuses(String commit) {
        var states = new HashMap<String, Status.State>();
        fake.statuses(commit).forEach((name, status) -> states.put(name, status.state()));
        return states;
      }
    };
  }

  @Override
  protected App app() {
    return new App(
        new AppName("shop"),
        "shop",
        REPOSITORY,
        "http://fake/acme/shop",
        "",
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty());
  }

  @Override
  protected PullRequestRef pullRequest() {
    return new PullRequestRef(REPOSITORY, 1);
  }

  @Override
  protected Instant start() {
    return Instant.EPOCH;
  }

  @Override
  protected String commit() {
    return "c0ffee";
  }
}
