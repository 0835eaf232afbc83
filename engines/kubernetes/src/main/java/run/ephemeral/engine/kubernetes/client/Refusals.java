package run.ephemeral.engine.kubernetes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Optional;

/// What an API server says when it does not do what it was asked for.
record Refusals(URI server, Authorization authorization) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Why the server did not do it, from its `Status` object.
  ApiException of(HttpResponse<?> answer, byte[] body) {
    var status = answer.statusCode();
    var tree = tree(body);
    var reason = tree.map(known -> known.path("reason").asText()).orElse("");
    return new ApiException(
        status,
        reason,
        status == 401 ? unauthorized() : said(status, tree, body),
        Busy.retryAfter(answer));
  }

  private String said(int status, Optional<ObjectNode> tree, byte[] body) {
    var text =
        tree.map(known -> known.path("message").asText())
            // Such as the page of a proxy.
            .orElseGet(() -> new String(body, 0, Math.min(body.length, 200), UTF_8).strip());
    return status == 429 || status >= 500 || tree.isEmpty()
        ? "the API server at %s answered %d%s"
            .formatted(server.getAuthority(), status, text.isEmpty() ? "" : ": " + text)
        : text;
  }

  private String unauthorized() {
    return "the API server at %s does not accept the credentials: %s; use a newer kubeconfig (%s)"
        .formatted(
            server.getAuthority(),
            authorization.flaw(Instant.now()).orElse("they may have been revoked"),
            "`cluster renew`");
  }

  /// @return empty when it is no object in JSON
  static Optional<ObjectNode> tree(byte[] bytes) {
    try {
      return JSON.readTree(bytes) instanceof ObjectNode tree ? Optional.of(tree) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
