package run.ephemeral.reconciler;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.RepositoryName;

/// A code host whose pull requests are talked about, and not looked at.
public record TalkingHost(Conversation conversation) implements CodeHost {
  public static final RepositoryName REPOSITORY = new RepositoryName("fake.example", "acme/shop");

  @Override
  public Optional<Conversation> conversation(RepositoryName repository) {
    return Optional.of(conversation);
  }

  @Override
  public Optional<Located> locate(String text) {
    return Optional.empty();
  }

  @Override
  public Seen look(App app) {
    return new Seen("main", "c0ffee", List.of());
  }

  @Override
  public boolean changed(App app) {
    return false;
  }

  @Override
  public void forget(App app) {}
}
