package run.ephemeral.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import run.ephemeral.server.ControlPlane;
import run.ephemeral.wire.Problem;
import run.ephemeral.wire.ValidateRequest;

/// Refuses requests that are not allowed to use the API.
///
/// On a loopback address any program of this machine may use it, but no foreign web page in a
/// browser: its requests have a foreign `Host` (DNS rebinding) or `Origin`. Accepted host names
/// are the usual ones and the configured one. On any other address every request needs the token.
/// Deliveries of webhooks and pipelines come from elsewhere and are signed instead.
@Singleton
public class Guard {
  private static final Set<String> FOREIGN_SITES = Set.of("cross-site", "same-site");

  /// A target that means the same for every parser: one segment that leads nowhere else.
  private static final Pattern HOOK =
      Pattern.compile(
          HooksResource.PATH
              + "/[a-z0-9][a-z0-9.-]*(%3A[0-9]{1,5})?([?]repository=[\\w.%-]+&key=[0-9a-f]+)?");

  private static final Pattern PIPELINE =
      Pattern.compile(
          PipelinesResource.PATH
              + "/[a-z0-9][a-z0-9.-]*(%3A[0-9]{1,5})?/pull-requests/[0-9]{1,9}"
              + "([?]app=[a-z0-9-]+)?");

  private static final int BEFORE_ALL_OTHERS = 10_000;
  private static final int LARGEST_BODY = ValidateRequest.MOST_BYTES;

  /// Refusals that leave a body unread. The connection is closed late, so that a client that is
  /// still sending can read the answer.
  private static final Set<Integer> UNREAD = Set.of(411, 413);
  private static final int LINGERING_MILLIS = 2_000;

  private final CompletableFuture<ControlPlane> starting;

  Guard(CompletableFuture<ControlPlane> starting) {
    this.starting = starting;
  }

  void register(@Observes Filters filters) {
    filters.register(this::check, BEFORE_ALL_OTHERS);
  }

  /// A request that comes before the control plane has started waits without blocking the event
  /// loop. Quarkus has paused it, so its body is not lost.
  private void check(RoutingContext context) {
    if (starting.isDone()) {
      check(context, starting.join());
      return;
    }
    var loop = context.vertx().getOrCreateContext();
    var _ =
        starting.whenComplete(
            (plane, trouble) -> loop.runOnContext(_ -> checkLate(context, plane, trouble)));
  }

  /// Runs outside the route's handler, so exceptions must be passed to the context here.
  private static void checkLate(
      RoutingContext context, ControlPlane plane, @Nullable Throwable trouble) {
    if (trouble != null) {
      context.fail(trouble);
      return;
    }
    try {
      check(context, plane);
    } catch (RuntimeException e) {
      context.fail(e);
    }
  }

  /// Answers requests that fail before they reach the API, such as unreadable HTTP.
  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).failureHandler(Guard::failed);
    router.errorHandler(HttpResponseStatus.BAD_REQUEST.code(), Guard::failed);
  }

  private static void failed(RoutingContext context) {
    var response = context.response();
    if (response.ended() || response.headWritten()) {
      context.request().connection().close();
      return;
    }
    var known = context.statusCode();
    var status = known < 400 || context.failure() instanceof VertxException ? 400 : known;
    var detail =
        switch (status) {
          case 400 -> "the request is no HTTP that can be read";
          case 404 -> "there is nothing at this address";
          default -> "the request failed";
        };
    answer(context, problem(status, detail));
  }

  private static void check(RoutingContext context, ControlPlane plane) {
    var refusal = refusal(context.request(), plane);
    if (refusal.isEmpty()) {
      context.next();
      return;
    }
    answer(context, refusal.get());
  }

  private static void answer(RoutingContext context, Problem problem) {
    if (UNREAD.contains(problem.status())) {
      var connection = context.request().connection();
      context.response().putHeader("Connection", "close");
      context.vertx().setTimer(LINGERING_MILLIS, _ -> connection.close());
    }
    context
        .response()
        .setStatusCode(problem.status())
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Cache-Control", "no-store")
        .end(JsonObject.mapFrom(problem).encode());
  }

  private static Optional<Problem> refusal(HttpServerRequest request, ControlPlane plane) {
    if (!isPath(request.uri()) || request.headers().getAll("Host").size() > 1) {
      return refuse(400, "a request names one host, and an address that can be read");
    }
    if (HOOK.matcher(request.uri()).matches() || PIPELINE.matcher(request.uri()).matches()) {
      return body(request);
    }
    var host = Optional.ofNullable(request.getHeader("Host")).orElse("");
    if (plane.isLoopback() && !isLocal(host, plane)) {
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
    return body(request);
  }

  /// The size of a body must be known before it is read. A body without a `Content-Type` is
  /// refused, because a foreign web page can send it without a CORS preflight.
  private static Optional<Problem> body(HttpServerRequest request) {
    if (request.getHeader("Transfer-Encoding") != null) {
      return refuse(411, "a body comes whole and says its Content-Length");
    }
    var length = Optional.ofNullable(request.getHeader("Content-Length")).orElse("0");
    if (length.equals("0")) {
      return Optional.empty();
    }
    if (!length.matches("\\d{1,9}") || Integer.parseInt(length) > LARGEST_BODY) {
      return refuse(
          413, "the body has %s bytes; at most %d are read".formatted(length, LARGEST_BODY));
    }
    return request.getHeader("Content-Type") == null
        ? refuse(415, "send application/json")
        : Optional.empty();
  }

  /// Whether the request target is a path: no absolute URL (proxy request) and nothing that another
  /// parser could read differently.
  private static boolean isPath(String target) {
    try {
      return target.startsWith("/") && !URI.create(target).getRawPath().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isLocal(String host, ControlPlane plane) {
    var colon = host.lastIndexOf(':');
    var bracket = host.lastIndexOf(']');
    var hasPort = colon > bracket;
    var name = hasPort ? host.substring(0, colon) : host;
    return plane.localNames().contains(name.toLowerCase(Locale.ROOT))
        && (!hasPort || host.substring(colon + 1).equals(Integer.toString(plane.port())));
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
    return Optional.of(problem(status, detail));
  }

  private static Problem problem(int status, String detail) {
    var title = HttpResponseStatus.valueOf(status).reasonPhrase();
    var kind = status >= 500 ? "internal" : "user";
    return new Problem("about:blank", title, status, detail, kind);
  }
}
