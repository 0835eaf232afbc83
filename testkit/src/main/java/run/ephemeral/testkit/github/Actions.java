package run.ephemeral.testkit.github;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// Issues tokens to the jobs of GitHub Actions, as GitHub Enterprise Server does: signed by a key
/// that it publishes.
public final class Actions {
  static final String ISSUER = "/_services/token";
  private static final String KEYS = ISSUER + "/.well-known/jwks";
  private static final String KEY = "key-1";
  private static final String RUNNER = "of-the-runner";
  private static final Duration VALID = Duration.ofMinutes(5);

  private final String url;
  private final ToLongFunction<String> ids;
  private final KeyPair keys = keys();

  /// @param url of the test GitHub
  /// @param ids of repositories, by their paths
  Actions(String url, ToLongFunction<String> ids) {
    this.url = url;
    this.ids = ids;
  }

  public static KeyPair keys() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The value of `ACTIONS_ID_TOKEN_REQUEST_URL` in a job of a repository.
  public String requestUrl(Repository repository) {
    return url + ISSUER + "/request?repository=" + repository.path();
  }

  /// The value of `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
  public String requestToken() {
    return RUNNER;
  }

  /// A token as a job gets it.
  public String token(String repository, String audience) {
    return token(repository, audience, "RS256", keys, claims -> {});
  }

  /// One with other claims, signed by GitHub.
  public String token(String repository, String audience, Consumer<ObjectNode> change) {
    return token(repository, audience, "RS256", keys, change);
  }

  /// One that somebody forged.
  ///
  /// @param change of the claims
  public String token(
      String repository,
      String audience,
      String algorithm,
      KeyPair signer,
      Consumer<ObjectNode> change) {
    var now = Instant.now();
    var header = GitHub.JSON.createObjectNode().put("typ", "JWT").put("alg", algorithm);
    header.put("kid", KEY);
    var claims = GitHub.JSON.createObjectNode();
    claims.put("iss", url + ISSUER).put("aud", audience).put("repository", repository);
    claims.put("repository_id", Long.toString(ids.applyAsLong(repository)));
    claims.put("sub", "repo:%s:pull_request".formatted(repository)).put("jti", "one");
    claims.put("ref", "refs/pull/1/merge").put("event_name", "pull_request");
    claims.put("iat", now.getEpochSecond()).put("nbf", now.minusSeconds(300).getEpochSecond());
    claims.put("exp", now.plus(VALID).getEpochSecond());
    change.accept(claims);
    var signed = encoded(header.toString()) + "." + encoded(claims.toString());
    return signed + "." + signature(signed, algorithm, signer);
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String signature(String text, String algorithm, KeyPair signer) {
    if (algorithm.equals("none")) {
      return "";
    }
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(signer.getPrivate());
      signature.update(text.getBytes(UTF_8));
      return encoded(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  void serve(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var query = Server.query(String.valueOf(exchange.getRequestURI().getRawQuery()));
    var answer = GitHub.JSON.createObjectNode();
    var isRunner =
        ("Bearer " + RUNNER).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    if (path.equals(KEYS)) {
      var key = (RSAPublicKey) keys.getPublic();
      answer
          .putArray("keys")
          .addObject()
          .put("kty", "RSA")
          .put("use", "sig")
          .put("alg", "RS256")
          .put("kid", KEY)
          .put("n", number(key.getModulus()))
          .put("e", number(key.getPublicExponent()));
    } else if (isRunner) {
      var audience = query.getOrDefault("audience", url);
      answer.put("value", token(query.getOrDefault("repository", ""), audience));
    } else {
      exchange.sendResponseHeaders(401, -1);
      return;
    }
    var bytes = answer.toString().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static String number(BigInteger number) {
    var bytes = number.toByteArray();
    return encoded(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }
}
