package run.ephemeral.reconciler;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import run.ephemeral.core.Sealed;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.store.PostgresStore;

/// A code host whose pull requests are talked about, and not looked at.
public record TalkingHost(Conversation conversation) implements CodeHost {
  public static final RepositoryName REPOSITORY = new RepositoryName("fake.example", "acme/shop");

  /// Adds the host, and the app `shop` that follows its repository.
  static void follow(PostgresStore store, String source, Instant addedAt) {
    var host = REPOSITORY.host();
    var token = new Sealed("x");
    store
        .codeHosts()
        .add(new AddedCodeHost(host, CodeHostKind.GITEA, "http://x", token, Instant.EPOCH));
    store
        .apps()
        .add(
            new App(
                Shop.APP,
                "shop",
                REPOSITORY,
                source,
                "",
                addedAt,
                Optional.empty(),
                Optional.empty()));
  }

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
