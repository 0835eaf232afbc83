package run.ephemeral.server;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import run.ephemeral.codehost.github.GitHubAccess;
import run.ephemeral.codehost.github.GitHubAccess.AppForm;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHostAccess;
import run.ephemeral.core.codehost.CodeHostAccess.Check;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.CodeHosts;
import run.ephemeral.core.codehost.Deliveries;
import run.ephemeral.core.codehost.Webhooks;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Adds code hosts to the installation, and removes them.
public final class CodeHostAdmin {
  private static final int MOST_TRIES = 3;

  private final CodeHosts table;
  private final Apps apps;
  private final ConnectedCodeHosts connected;
  private final Secrets secrets;
  private final Deliveries deliveries;
  private final Map<CodeHostKind, CodeHostAccess> access;
  private final InstantSource clock;

  CodeHostAdmin(
      CodeHosts table,
      Apps apps,
      ConnectedCodeHosts connected,
      Secrets secrets,
      Deliveries deliveries,
      Map<CodeHostKind, CodeHostAccess> access,
      InstantSource clock) {
    this.table = table;
    this.apps = apps;
    this.connected = connected;
    this.secrets = secrets;
    this.deliveries = deliveries;
    this.access = Map.copyOf(access);
    this.clock = clock;
  }

  public List<AddedCodeHost> all() {
    return table.all();
  }

  /// How many apps are followed there.
  public int apps(AddedCodeHost host) {
    return followed(host).size();
  }

  private List<App> followed(AddedCodeHost host) {
    return apps.all().stream().filter(app -> app.repository().host().equals(host.name())).toList();
  }

  /// When a webhook of the host last told something.
  public Optional<Instant> lastDelivery(AddedCodeHost host) {
    return deliveries.last(host.name());
  }

  /// Why a code host cannot be used at all.
  public Optional<String> problem(AddedCodeHost host) {
    return connected.problem(host.name());
  }

  /// How the control plane signs in at a code host.
  ///
  /// @param text as it is stored
  /// @param secret with which the host signs deliveries; empty to choose one
  /// @param isNew whether it was made just now, so that nobody else has it
  public record Credential(String text, Optional<String> secret, boolean isNew) {
    public Credential {
      if (secret.filter(String::isBlank).isPresent()) {
        throw new IllegalArgumentException("the secret of the webhook is empty");
      }
    }

    @Override
    public String toString() {
      return "Credential";
    }

    /// @throws IllegalArgumentException when it is no token
    public static Credential token(String token) {
      if (token.isBlank() || !token.strip().matches("[\\x21-\\x7e]+")) {
        throw new IllegalArgumentException("that is no token: it is empty, or has spaces in it");
      }
      return new Credential(token.strip(), Optional.empty(), false);
    }
  }

  /// Adds a code host, or replaces its credential, once that may do what is needed.
  ///
  /// @param webhooks the URL at which the host reaches this control plane; empty to keep what is
  ///     stored
  public SetUp setUp(
      CodeHostKind kind,
      String url,
      Function<String, Credential> credentials,
      Optional<String> webhooks) {
    var where = url(url);
    var name = name(where);
    var plain = plain(where);
    for (var known : table.all()) {
      if (known.name().equals(name) && !(known.kind() == kind && isSame(known.url(), where))) {
        throw new FaultException(
            Fault.user(
                "%s is added already, as %s at %s; remove it first"
                    .formatted(name, known.kind().name().toLowerCase(Locale.ROOT), known.url())));
      }
    }
    var here = webhooks.map(text -> plain(url(text)));
    var credential = credentials.apply(plain);
    // What is new is not known elsewhere, and must not be lost: it is stored first.
    var check =
        credential.isNew() ? Optional.<Check>empty() : Optional.of(check(kind, plain, credential));
    var stored = store(kind, name, plain, credential, here);
    connected.reload();
    return new SetUp(stored, check.orElseGet(() -> checked(stored)));
  }

  private AddedCodeHost store(
      CodeHostKind kind, String name, String url, Credential credential, Optional<String> here) {
    for (int tries = 1; ; tries++) {
      var known = known(name);
      var before = known.flatMap(AddedCodeHost::webhooks);
      known.ifPresent(old -> checkSecret(old, credential));
      var isWithoutHook = credential.isNew() && credential.secret().isEmpty();
      var hooks =
          isWithoutHook ? Optional.<Webhooks>empty() : webhooks(before, here, credential.secret());
      var sealed = secrets.seal(credential.text());
      var row = known.map(AddedCodeHost::url).orElse(url);
      var added = new AddedCodeHost(name, kind, row, sealed, hooks, clock.instant());
      if (table.add(added) || table.renew(added, before)) {
        before.filter(old -> !hooks.equals(before)).ifPresent(old -> removeLater(added, old));
        return added;
      }
      if (tries == MOST_TRIES) {
        throw new FaultException(
            Fault.user("%s was changed by somebody else just now; try again".formatted(name)));
      }
    }
  }

  /// Deliveries of another App are signed with another secret.
  private void checkSecret(AddedCodeHost known, Credential credential) {
    if (known.kind() == CodeHostKind.GITHUB
        && known.webhooks().isPresent()
        && credential.secret().isEmpty()
        && !credential.isNew()
        && !isSameApp(known, credential)) {
      throw new IllegalArgumentException(
          "this is another App than before, whose webhook has another secret: give that, too");
    }
  }

  private boolean isSameApp(AddedCodeHost known, Credential credential) {
    try {
      return GitHubAccess.isSameApp(secrets.open(known.token()), credential.text());
    } catch (IllegalArgumentException e) {
      // What is stored cannot be read any more, and may be of any App.
      return false;
    }
  }

  private Check check(CodeHostKind kind, String url, Credential credential) {
    return access(kind).check(url, credential.text());
  }

  private Check checked(AddedCodeHost host) {
    try {
      return check(host);
    } catch (FaultException e) {
      return new Check("?", "?", List.of("it is stored, but: " + e.fault().message()));
    }
  }

  private static boolean isSame(String stored, URI url) {
    return plain(normal(URI.create(stored))).equals(plain(url));
  }

  private static String plain(URI url) {
    return url.toString().replaceAll("/+$", "");
  }

  /// The form by which a GitHub App is made.
  public AppForm form(
      String url,
      Optional<String> organization,
      String name,
      String redirect,
      Optional<String> webhooks) {
    var where = url(url);
    var known = known(name(where)).flatMap(AddedCodeHost::webhooks).map(Webhooks::url);
    var here = webhooks.map(text -> plain(url(text))).or(() -> known);
    var hook = here.map(base -> HookReceiver.url(base, name(where)));
    return GitHubAccess.form(plain(where), organization, name, redirect, hook);
  }

  /// A secret that was chosen here stays while the URL does, so that no delivery is refused.
  private Optional<Webhooks> webhooks(
      Optional<Webhooks> known, Optional<String> url, Optional<String> secret) {
    var where = url.or(() -> known.map(Webhooks::url));
    if (secret.isPresent()) {
      return where.map(base -> new Webhooks(base, secrets.seal(secret.get())));
    }
    return known.map(Webhooks::url).equals(where)
        ? known
        : where.map(base -> new Webhooks(base, secrets.seal(HookReceiver.secret())));
  }

  private Optional<AddedCodeHost> known(String name) {
    return table.all().stream().filter(host -> host.name().equals(name)).findFirst();
  }

  /// The host is asked for each app, which can take minutes.
  private void removeLater(AddedCodeHost host, Webhooks old) {
    Thread.startVirtualThread(() -> connected.unsubscribe(host, old, followed(host)));
  }

  /// A code host, and what it said about its credential.
  public record SetUp(AddedCodeHost host, Check check) {}

  private CodeHostAccess access(CodeHostKind kind) {
    return Optional.ofNullable(access.get(kind)).orElseThrow();
  }

  /// A password in the URL would be shown, and a query means nothing.
  private static URI url(String text) {
    if (text.toLowerCase(Locale.ROOT).matches("http://github\\.com(:80)?(/.*)?")) {
      throw new IllegalArgumentException("GitHub is asked with encryption: https://github.com");
    }
    try {
      var url = URI.create(text);
      var isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (isWeb && url.getHost() != null && url.getRawUserInfo() == null) {
        if (url.getRawQuery() == null && url.getRawFragment() == null) {
          return normal(url);
        }
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "that is no URL that can be used; one looks like https://gitea.example.com");
  }

  /// The host in lower case, without the port that is the default.
  private static URI normal(URI url) {
    var host = url.getHost().toLowerCase(Locale.ROOT);
    var usual = url.getScheme().equals("https") ? 443 : 80;
    var port = url.getPort() < 0 || url.getPort() == usual ? "" : ":" + url.getPort();
    var path = Optional.ofNullable(url.getRawPath()).orElse("");
    return URI.create("%s://%s%s%s".formatted(url.getScheme(), host, port, path));
  }

  private static String name(URI url) {
    var port = url.getPort() < 0 ? "" : ":" + url.getPort();
    var name = url.getHost().toLowerCase(Locale.ROOT) + port;
    if (!RepositoryName.isHost(name) || name.equals(RepositoryName.GIT)) {
      throw new IllegalArgumentException("`%s` cannot be the name of a code host".formatted(name));
    }
    return name;
  }

  /// Asks a code host whether its credential is still good.
  public Check check(AddedCodeHost host) {
    try {
      return access(host.kind()).check(host.url(), secrets.open(host.token()));
    } catch (IllegalArgumentException e) {
      throw new FaultException(
          Fault.user("the token of %s cannot be used: %s".formatted(host.name(), e.getMessage())),
          e);
    }
  }

  /// Forgets a code host, and its credential, that is not used any more.
  public void remove(AddedCodeHost host) {
    var use = table.remove(host.name());
    if (use.apps() > 0) {
      throw new FaultException(
          Fault.user(
              "apps are followed from %s (%d); remove them first: app list"
                  .formatted(host.name(), use.apps())));
    }
    if (!use.isNone()) {
      throw new FaultException(
          Fault.user(
              "environments of %s are still being removed (%d); try again when `list` has none"
                  .formatted(host.name(), use.environments())));
    }
    connected.reload();
  }
}
