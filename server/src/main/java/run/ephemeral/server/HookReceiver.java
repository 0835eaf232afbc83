package run.ephemeral.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Hmac;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.Deliveries;
import run.ephemeral.core.spec.AppName;

/// Takes deliveries of webhooks. A delivery only says at which repository something changed: what
/// changed is asked of the host. It is stored before it is answered; after a crash everything is
/// looked at anyway.
public final class HookReceiver {
  private static final List<String> WRITTEN =
      List.of("check_run", "check_suite", "deployment", "deployment_status");
  private static final int LONGEST_ID = 100;
  private static final int SECRET_BYTES = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ConnectedCodeHosts hosts;
  private final Deliveries deliveries;
  private final Apps apps;
  private final Consumer<List<AppName>> changed;

  HookReceiver(
      ConnectedCodeHosts hosts, Deliveries deliveries, Apps apps, Consumer<List<AppName>> changed) {
    this.hosts = hosts;
    this.deliveries = deliveries;
    this.apps = apps;
    this.changed = changed;
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
    JsonNode delivery;
    try {
      delivery = JSON.readTree(body);
    } catch (IOException e) {
      return Received.UNREADABLE;
    }
    // Read first: a delivery that was stored and not acted on would be refused as known later.
    var path =
        repository.orElse(delivery.at("/repository/full_name").asText().toLowerCase(Locale.ROOT));
    var followed = followed(host, path);
    var digest = Digest.of(HexFormat.of().formatHex(body));
    var known = id.isEmpty() || id.length() > LONGEST_ID ? digest.hex() : id;
    if (deliveries.receive(host, known, digest) && isNews(delivery)) {
      changed.accept(followed);
    }
    return Received.TAKEN;
  }

  private boolean isSigned(
      String host, Optional<String> repository, String signature, byte[] body) {
    return hosts
        .hook(host)
        .map(hook -> repository.map(hook::of).orElse(hook))
        .filter(hook -> Hmac.isOf(hook.secret(), body, signature))
        .isPresent();
  }

  private List<AppName> followed(String host, String path) {
    return apps.all().stream()
        .filter(app -> app.repository().host().equals(host))
        .filter(app -> app.repository().path().equals(path))
        .map(App::name)
        .toList();
  }

  /// Comments that are edited, or are of bots, are no commands; most of them are our own. What was
  /// written to a commit is our own as well.
  private static boolean isNews(JsonNode delivery) {
    if (delivery.has("comment")) {
      var isOfBot = delivery.at("/sender/type").asText().equals("Bot");
      return !isOfBot && !delivery.path("action").asText().equals("edited");
    }
    return WRITTEN.stream().noneMatch(delivery::has);
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
