package run.ephemeral.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.server.ControlPlane;
import run.ephemeral.wire.Problem;

/// Lets in whom the control plane is for.
///
/// On a loopback address that is any program of this machine, but no web page of somebody else
/// that a browser here happens to show: those are known by a foreign `Host` (DNS rebinding) or
/// `Origin`. On any other address every request carries the token.
@ApplicationScoped
public class Guard {
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> FOREIGN_SITES = Set.of("cross-site", "same-site");
  private static final int BEFORE_ALL_OTHERS = 10_000;

  void register(@Observes Filters filters) {
    filters.register(Guard::check, BEFORE_ALL_OTHERS);
  }

  private static void check(RoutingContext context) {
    var refusal = refusal(context.request());
    if (refusal.isEmpty()) {
      context.next();
      return;
    }
    var problem = refusal.get();
    context
        .response()
        .setStatusCode(problem.status())
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Cache-Control", "no-store")
        .end(JsonObject.mapFrom(problem).encode());
  }

  private static Optional<Problem> refusal(HttpServerRequest request) {
    var plane = ControlPlane.current();
    var host = Optional.ofNullable(request.getHeader("Host")).orElse("");
    if (plane.isLoopback() && !isLocal(host, plane.port())) {
      return refuse(403, "a request for the host `%s` has no business here".formatted(host));
    }
    var origin = Optional.ofNullable(request.getHeader("Origin"));
    if (origin.isPresent() && !isSame(origin.get(), host)) {
      return refuse(403, "pages of `%s` may not use this API".formatted(origin.get()));
    }
    if (FOREIGN_SITES.contains(String.valueOf(request.getHeader("Sec-Fetch-Site")))) {
      return refuse(403, "pages of other sites may not use this API");
    }
    if (plane.token().isPresent() && !carries(request, plane.token().get())) {
      return refuse(401, "this control plane wants its token: set EPHEMERAL_TOKEN");
    }
    return Optional.empty();
  }

  private static boolean isLocal(String host, int port) {
    var colon = host.lastIndexOf(':');
    var bracket = host.lastIndexOf(']');
    var hasPort = colon > bracket;
    var name = hasPort ? host.substring(0, colon) : host;
    return LOCAL_NAMES.contains(name.toLowerCase(java.util.Locale.ROOT))
        && (!hasPort || host.substring(colon + 1).equals(Integer.toString(port)));
  }

  private static boolean isSame(String origin, String host) {
    try {
      var authority = URI.create(origin).getAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean carries(HttpServerRequest request, String token) {
    var header = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
    return MessageDigest.isEqual(("Bearer " + token).getBytes(UTF_8), header.getBytes(UTF_8));
  }

  private static Optional<Problem> refuse(int status, String detail) {
    var title = status == 401 ? "Unauthorized" : "Forbidden";
    return Optional.of(new Problem("about:blank", title, status, detail, "user"));
  }
}
