package run.ephemeral.codehost.github;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/// A GitHub App and its private key, with which it signs in.
///
/// @param app its id
record AppKey(long app, PrivateKey key, String pem) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)"
              + "-----END (RSA )?PRIVATE KEY-----\\s*");

  /// GitHub's clock may be behind.
  private static final Duration EARLIER = Duration.ofSeconds(60);

  /// GitHub allows ten minutes.
  private static final Duration VALID = Duration.ofMinutes(9);

  /// `SEQUENCE { INTEGER 0, SEQUENCE { rsaEncryption, NULL }`, with which PKCS#8 begins.
  private static final byte[] VERSION_AND_RSA =
      HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  /// @param pem PKCS#1, as GitHub gives it out, or PKCS#8
  /// @throws IllegalArgumentException when it is no private key
  static AppKey of(long app, String pem) {
    var parts = PEM.matcher(pem);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "that is no private key: a file with BEGIN RSA PRIVATE KEY, as GitHub gives it out");
    }
    try {
      var plain = Base64.getMimeDecoder().decode(parts.group(2));
      var pkcs8 = parts.group(1) == null ? plain : pkcs8(plain);
      var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      return new AppKey(app, key, pem.strip());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("that private key cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] pkcs8(byte[] pkcs1) {
    var inner = new ByteArrayOutputStream();
    inner.writeBytes(VERSION_AND_RSA);
    inner.writeBytes(der(OCTET_STRING, pkcs1));
    return der(SEQUENCE, inner.toByteArray());
  }

  private static byte[] der(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(0x82);
    out.write(content.length >> 8);
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  /// As it is stored.
  String text() {
    return JSON.valueToTree(Map.of("app", app, "key", pem)).toString();
  }

  /// @throws IllegalArgumentException when it was not made by [#text]
  static AppKey read(String text) {
    try {
      var stored = JSON.readTree(text);
      return of(stored.path("app").asLong(), stored.path("key").asText());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is no GitHub App with a private key", e);
    }
  }

  /// A signed JSON Web Token that authenticates the App.
  String token(Instant now) {
    var claims =
        Map.of(
            "iat", now.minus(EARLIER).getEpochSecond(),
            "exp", now.plus(VALID).getEpochSecond(),
            "iss", Long.toString(app));
    var signed =
        base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(UTF_8))
            + "."
            + base64(JSON.valueToTree(claims).toString().getBytes(UTF_8));
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK signs with RSA", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return "AppKey[%d]".formatted(app);
  }
}
