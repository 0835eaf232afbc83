package run.ephemeral.engine.kubernetes.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;

/// What credentials say themselves about when they are valid. Nothing is verified here: it only
/// explains why an API server refuses them.
final class Validity {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

  private Validity() {}

  /// @return such as `the token expired at 2026-01-31 10:00 UTC`; empty when it is valid or does
  ///     not say
  static Optional<String> ofToken(String token, Instant now) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      return of("the token", time(claims.path("nbf")), time(claims.path("exp")), now);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> time(JsonNode seconds) {
    return seconds.canConvertToLong() && Math.abs(seconds.asLong()) < Integer.MAX_VALUE * 100L
        ? Optional.of(Instant.ofEpochSecond(seconds.asLong()))
        : Optional.empty();
  }

  /// @param pem the certificate of a client
  static Optional<String> ofCertificate(String pem, Instant now) {
    try {
      for (var certificate : Pem.certificates(pem)) {
        if (certificate instanceof X509Certificate first) {
          var from = first.getNotBefore().toInstant();
          var until = first.getNotAfter().toInstant();
          return of("the client certificate", Optional.of(from), Optional.of(until), now);
        }
      }
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> of(
      String what, Optional<Instant> from, Optional<Instant> until, Instant now) {
    if (until.filter(now::isAfter).isPresent()) {
      return Optional.of("%s expired at %s".formatted(what, minute(until.get())));
    }
    return from.filter(now::isBefore)
        .map(
            begin ->
                "%s is valid only from %s, and here it is %s: a clock is wrong"
                    .formatted(what, minute(begin), minute(now)));
  }

  static String minute(Instant time) {
    return MINUTE.format(time);
  }
}
