package run.ephemeral.testkit.github;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.testkit.github.Answers.Answer;
import run.ephemeral.testkit.github.Description.Operation;

/// Who asks the test GitHub, and what they may.
final class Login {
  private static final long LONGEST_TOKEN = 600;

  private final GitHub hub;
  private final Map<String, String> tokens;

  Login(GitHub hub, Map<String, String> tokens) {
    this.hub = hub;
    this.tokens = tokens;
  }

  /// The repository that a token of git may read.
  Optional<String> ofGit(HttpExchange exchange) {
    var header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
    return header
        .filter(text -> text.startsWith("Basic "))
        .map(text -> new String(Base64.getDecoder().decode(text.substring(6)), UTF_8))
        .filter(text -> text.startsWith("x-access-token:"))
        .flatMap(text -> Optional.ofNullable(tokens.get(text.substring(15))))
        .filter(_ -> "read".equals(hub.permissions.get("contents")));
  }

  Optional<Answer> refusal(Operation operation, HttpExchange exchange) throws IOException {
    var name = operation.name();
    if (name.startsWith("POST /app-manifests")) {
      return Optional.empty();
    }
    var header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
    var token = header.orElse("").replaceFirst("^Bearer ", "");
    if (name.contains(" /app") || name.endsWith("/installation")) {
      return isSigned(token)
          ? Optional.empty()
          : refused(401, "A JSON web token could not be decoded");
    }
    var repository = tokens.get(token);
    if (repository == null) {
      return refused(401, "Bad credentials");
    }
    var variables = operation.variables();
    var path = variables.get("owner") + "/" + variables.get("repo");
    if (!path.equals(repository)) {
      return refused(404, "Not Found");
    }
    return isGranted(operation)
        ? Optional.empty()
        : refused(403, "Resource not accessible by integration");
  }

  private static Optional<Answer> refused(int status, String message) {
    return Optional.of(Answer.of(status, Answers.message(message)));
  }

  private boolean isGranted(Operation operation) {
    var isRead = operation.name().startsWith("GET");
    var rest = operation.name().replaceFirst(".*\\{repo\\}/?", "");
    var permission =
        rest.startsWith("pulls")
            ? "pull_requests"
            : rest.startsWith("issues")
                ? "issues"
                : rest.contains("check-runs")
                    ? "checks"
                    : rest.startsWith("deployments")
                        ? "deployments"
                        : rest.startsWith("branches") || rest.startsWith("git/")
                            ? "contents"
                            : "metadata";
    var level = hub.permissions.get(permission);
    return "write".equals(level) || (isRead && "read".equals(level));
  }

  private boolean isSigned(String token) throws IOException {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return false;
    }
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(hub.keys.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          && isNow(GitHub.JSON.readTree(Base64.getUrlDecoder().decode(parts[1])));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isNow(JsonNode claims) {
    var now = Instant.now().getEpochSecond();
    var end = claims.path("exp").asLong();
    return claims.path("iss").asText().equals(Long.toString(GitHub.APP))
        && claims.path("iat").asLong() <= now
        && end > now
        && end <= now + LONGEST_TOKEN;
  }
}
