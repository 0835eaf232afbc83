package run.ephemeral.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import run.ephemeral.core.Digest;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.Deliveries;
import run.ephemeral.core.spec.AppName;

/// Takes deliveries of webhooks. A delivery only says at which repository something changed: what
/// changed is asked of the host. It is stored before it is answered; after a crash everything is
/// looked at anyway.
public final class HookReceiver {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LONGEST_ID = 100;
  private static final int SECRET_BYTES = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ConnectedCodeHosts hosts;
  private final Deliveries deliveries;
  private final Apps apps;
  private final Consumer<AppName> look;

  HookReceiver(ConnectedCodeHosts hosts, Deliveries deliveries, Apps apps, Consumer<AppName> look) {
    this.hosts = hosts;
    this.deliveries = deliveries;
    this.apps = apps;
    this.look = look;
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
  /// @param id of the delivery; empty for none
  /// @param signature HMAC-SHA256 of the body in hexadecimal digits
  public Received receive(String host, String id, String signature, byte[] body) {
    var secret = hosts.hookSecret(host);
    if (secret.isEmpty() || !isSigned(secret.get(), signature, body)) {
      return Received.FORGED;
    }
    JsonNode delivery;
    try {
      delivery = JSON.readTree(body);
    } catch (IOException e) {
      return Received.UNREADABLE;
    }
    // Read first: a delivery that was stored and not acted on would be refused as known later.
    var followed = followed(host, delivery);
    var digest = Digest.of(HexFormat.of().formatHex(body));
    var known = id.isEmpty() || id.length() > LONGEST_ID ? digest.hex() : id;
    if (deliveries.receive(host, known, digest) && isNews(delivery)) {
      followed.forEach(look);
    }
    return Received.TAKEN;
  }

  private List<AppName> followed(String host, JsonNode delivery) {
    var repository = delivery.at("/repository/full_name").asText().toLowerCase(Locale.ROOT);
    return apps.all().stream()
        .filter(app -> app.repository().host().equals(host))
        .filter(app -> app.repository().path().equals(repository))
        .map(App::name)
        .toList();
  }

  /// Comments that are edited are no commands. Most of them are our own.
  private static boolean isNews(JsonNode delivery) {
    return !(delivery.has("comment") && delivery.path("action").asText().equals("edited"));
  }

  private static boolean isSigned(String secret, String signature, byte[] body) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
      var expected = HexFormat.of().formatHex(mac.doFinal(body));
      return MessageDigest.isEqual(expected.getBytes(UTF_8), signature.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
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
