package run.ephemeral.server;

import java.time.InstantSource;
import java.util.Map;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.codehost.gitea.GiteaAccess;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHostAccess;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.source.GitSources;
import run.ephemeral.store.PostgresStore;

/// The objects for code hosts, connected by constructor calls.
final class CodeHostWiring {
  private final GitSources sources;
  private final ConnectedCodeHosts connected;
  private final CodeHostAdmin admin;

  CodeHostWiring(Settings settings, PostgresStore store, Secrets secrets, InstantSource clock) {
    sources = new GitSources(settings.home().resolve("sources"));
    var access = Map.<CodeHostKind, CodeHostAccess>of(CodeHostKind.GITEA, new GiteaAccess(sources));
    connected =
        new ConnectedCodeHosts(new GitCodeHost(sources), store.codeHosts(), secrets, access);
    admin = new CodeHostAdmin(store.codeHosts(), store.apps(), connected, secrets, access, clock);
  }

  GitSources sources() {
    return sources;
  }

  CodeHost connected() {
    return connected;
  }

  CodeHostAdmin admin() {
    return admin;
  }

  void close() {
    sources.close();
  }
}
