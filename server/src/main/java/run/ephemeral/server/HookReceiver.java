package run.ephemeral.server;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Hmac;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CommentCommands;
import run.ephemeral.core.codehost.Deliveries.Delivery;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.spec.AppName;

/// Takes deliveries of webhooks. A delivery says at which repository something changed, and the
/// code
/// host is asked what changed; or that a person pressed "Re-run" at a check of GitHub. It is stored
/// before it is answered; after a crash every repository is looked at anyway.
public final class HookReceiver {
  private static final int LONGEST_ID = 100;
  private static final int SECRET_BYTES = 32;
  private static final Duration AGE = Duration.ofSeconds(1);

  private final ConnectedCodeHosts hosts;
  private final Inbox inbox;
  private final Apps apps;
  private final Environments environments;
  private final InstantSource clock;
  private volatile Optional<Known> known = Optional.empty();

  /// @param readAt by [System#nanoTime]
  private record Known(List<App> apps, long readAt) {}

  HookReceiver(
      ConnectedCodeHosts hosts,
      Inbox inbox,
      Apps apps,
      Environments environments,
      InstantSource clock) {
    this.hosts = hosts;
    this.inbox = inbox;
    this.apps = apps;
    this.environments = environments;
    this.clock = clock;
  }

  /// What became of a delivery.
  public enum Received {
    /// It is stored, and its repository is looked at.
    TAKEN,
    /// It is signed with another secret, or not at all.
    FORGED,
    /// It cannot be read.
    UNREADABLE
  }

  /// @param host the name of the code host
  /// @param repository whose webhook it is, by its path; empty for a webhook of many repositories
  /// @param id of the delivery; empty for none
  /// @param signature HMAC-SHA256 of the body in hexadecimal digits
  public Received receive(
      String host, Optional<String> repository, String id, String signature, byte[] body) {
    if (!isSigned(host, repository, signature, body)) {
      // Another control plane may have changed the secret just now.
      if (!hosts.readAgain() || !isSigned(host, repository, signature, body)) {
        return Received.FORGED;
      }
    }
    DeliveryBody delivery;
    try {
      delivery = DeliveryBody.read(body);
    } catch (IOException e) {
      return Received.UNREADABLE;
    }
    // The secret of one repository is known to its administrators, who are not all people.
    var isRerun = delivery.isRerun() && repository.isEmpty();
    // The next press of the same button has the same body.
    var digest = isRerun ? Digest.of(Digest.of(body).hex(), id) : Digest.of(body);
    var known = id.isEmpty() || id.length() > LONGEST_ID ? digest.hex() : id;
    // Read first: a delivery that was stored and not acted on would be refused as known later.
    var changed =
        delivery.isNews()
            ? followed(host, repository.orElse(delivery.repository()))
            : Set.<AppName>of();
    var asked =
        isRerun
            ? asked(delivery, known, changed)
            : Map.<AppName, List<CommentCommands.Received>>of();
    inbox.receive(new Delivery(host, known, digest, changed, asked));
    return Received.TAKEN;
  }

  /// What "Re-run" means: the environments of the commit are brought up to date, and their tests or
  /// one of them run again. Who pressed it is asked for permission like the author of a comment.
  private Map<AppName, List<CommentCommands.Received>> asked(
      DeliveryBody delivery, String id, Set<AppName> changed) {
    return changed.isEmpty()
        ? Map.of()
        : environments.all().stream()
            .filter(environment -> changed.contains(environment.app()))
            .flatMap(environment -> asked(delivery, id, environment).stream())
            .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
  }

  private Optional<Map.Entry<AppName, CommentCommands.Received>> asked(
      DeliveryBody delivery, String id, Environment environment) {
    var commands = commands(delivery.check(), environment);
    return environment
        .origin()
        .told()
        .filter(lead -> lead.commit().equals(delivery.commit()))
        .filter(_ -> !commands.isEmpty() && !delivery.person().isEmpty())
        .map(
            lead ->
                Map.entry(
                    environment.app(),
                    new CommentCommands.Received(
                        lead.ref(),
                        CommentCommands.Received.other("rerun", lead.number() + "-" + id),
                        delivery.person(),
                        commands,
                        clock.instant())));
  }

  /// @param check its name; empty for all checks of the commit
  private static List<String> commands(String check, Environment environment) {
    var status = "ephemeral/" + environment.app();
    var tests =
        environment.wanted().release().map(it -> it.spec().tests().keySet()).orElse(Set.of());
    if (check.isEmpty()) {
      return tests.isEmpty() ? List.of("update") : List.of("update", "test");
    }
    if (check.equals(status)) {
      return List.of("update");
    }
    return tests.stream()
        .filter(test -> check.equals(status + "/" + test))
        .map(test -> "test " + test)
        .toList();
  }

  private boolean isSigned(
      String host, Optional<String> repository, String signature, byte[] body) {
    return hosts
        .hook(host)
        .map(hook -> repository.map(hook::of).orElse(hook))
        .filter(hook -> !hook.secret().isEmpty())
        .filter(hook -> Hmac.isOf(hook.secret(), body, signature))
        .isPresent();
  }

  private Set<AppName> followed(String host, String path) {
    return followed().stream()
        .filter(app -> app.repository().host().equals(host))
        .filter(app -> app.repository().path().equals(path))
        .map(App::name)
        .collect(Collectors.toSet());
  }

  /// Read at most once a second. An app is looked at when it is added, anyway.
  private List<App> followed() {
    var before = known;
    if (before.isEmpty() || System.nanoTime() - before.get().readAt() > AGE.toNanos()) {
      var now = System.nanoTime();
      before = Optional.of(new Known(apps.all(), now));
      known = before;
    }
    return before.get().apps();
  }

  /// Where a host sends its deliveries.
  static String url(String base, String host) {
    return "%s/hooks/%s".formatted(base, host.replace(":", "%3A"));
  }

  /// For a new secret.
  static String secret() {
    return HexFormat.of().formatHex(Secrets.random(SECRET_BYTES));
  }
}
