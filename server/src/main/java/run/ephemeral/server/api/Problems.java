package run.ephemeral.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.reconciler.Following;
import run.ephemeral.server.Pipelines;
import run.ephemeral.wire.Problem;

/// Maps every exception to `application/problem+json`, without internal details.
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final int LONGEST_DETAIL = 10_000;

  @ServerExceptionMapper
  Response fault(FaultException e) {
    var kind = e.fault().kind();
    var status =
        switch (kind) {
          case USER -> 422;
          case CAPACITY -> 429;
          case EXTERNAL -> 502;
          case INTERNAL -> 500;
        };
    return response(status, e.fault().message(), kind.name().toLowerCase(Locale.ROOT));
  }

  @ServerExceptionMapper
  Response absent(Absent e) {
    return response(404, String.valueOf(e.getMessage()), "user");
  }

  @ServerExceptionMapper
  Response refused(Pipelines.Refused e) {
    return response(401, String.valueOf(e.getMessage()), "user");
  }

  @ServerExceptionMapper
  Response taken(Following.Taken e) {
    return response(409, String.valueOf(e.getMessage()), "user");
  }

  @ServerExceptionMapper
  Response mismatch(MismatchedInputException e) {
    return unreadable(e);
  }

  @ServerExceptionMapper
  Response unreadable(JsonProcessingException e) {
    return response(400, Unreadable.sentence(e), "user");
  }

  @ServerExceptionMapper
  Response web(WebApplicationException e) {
    if (e.getCause() instanceof JsonProcessingException json) {
      return unreadable(json);
    }
    var said = e.getResponse().getStatus();
    var cause = e.getCause() == null ? "" : firstLine(String.valueOf(e.getCause().getMessage()));
    // JAX-RS answers a query parameter of the wrong type with 404.
    var status = said == 404 && e.getCause() instanceof IllegalArgumentException ? 400 : said;
    var detail =
        switch (status) {
          case 404 -> "there is nothing at this address";
          case 405 -> "this address does not take this method";
          case 415 -> "send application/json";
          case 400 -> "the request cannot be read" + (cause.isEmpty() ? "" : ": " + cause);
          default -> e.getResponse().getStatusInfo().getReasonPhrase();
        };
    return response(status, detail, status >= 500 ? "internal" : "user");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /// Limits the length, because a detail can quote a request of any length.
  private static String shortened(String detail) {
    return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + "…";
  }

  @ServerExceptionMapper
  Response argument(IllegalArgumentException e) {
    return response(400, String.valueOf(e.getMessage()), "user");
  }

  @ServerExceptionMapper
  Response anything(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException) {
        LOG.warn("a request failed because PostgreSQL does not answer: {}", cause.toString());
        var detail =
            "PostgreSQL does not answer right now; if it ended it is being started again, so try"
                + " again in a few seconds";
        return response(503, detail, "external");
      }
    }
    LOG.error("a request failed", e);
    return response(500, "something went wrong here; the server's log has more", "internal");
  }

  static Response response(int status, String detail, String kind) {
    var title = Response.Status.fromStatusCode(status);
    var problem =
        new Problem(
            "about:blank",
            title == null ? (status == 422 ? "Unprocessable" : "Problem") : title.getReasonPhrase(),
            status,
            shortened(detail),
            kind);
    return Response.status(status)
        .type("application/problem+json")
        .header("Cache-Control", "no-store")
        .entity(problem)
        .build();
  }

  /// The named environment, app or service does not exist: 404.
  static final class Absent extends RuntimeException {
    private static final long serialVersionUID = 1;

    Absent(String message) {
      super(message);
    }
  }
}
