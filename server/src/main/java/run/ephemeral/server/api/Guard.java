package run.ephemeral.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import run.ephemeral.server.ControlPlane;

/// Lets in whom the control plane is for.
///
/// On a loopback address that is any program of this machine, but no web page of somebody else
/// that a browser here happens to show: those are known by a foreign `Host` (DNS rebinding) or
/// `Origin`. On any other address every request carries the token.
final class Guard {
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  @ServerRequestFilter(preMatching = true)
  Optional<Response> check(ContainerRequestContext request) {
    var plane = ControlPlane.current();
    var host = Optional.ofNullable(request.getHeaderString("Host")).orElse("");
    if (plane.isLoopback() && !isLocal(host, plane.port())) {
      return refuse(403, "a request for the host `%s` has no business here".formatted(host));
    }
    var origin = Optional.ofNullable(request.getHeaderString("Origin"));
    if (origin.isPresent() && !isSame(origin.get(), host)) {
      return refuse(403, "pages of `%s` may not use this API".formatted(origin.get()));
    }
    if ("cross-site".equals(request.getHeaderString("Sec-Fetch-Site"))) {
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

  private static boolean carries(ContainerRequestContext request, String token) {
    var header = Optional.ofNullable(request.getHeaderString("Authorization")).orElse("");
    return MessageDigest.isEqual(("Bearer " + token).getBytes(UTF_8), header.getBytes(UTF_8));
  }

  private static Optional<Response> refuse(int status, String detail) {
    return Optional.of(Problems.response(status, detail, "user"));
  }
}
