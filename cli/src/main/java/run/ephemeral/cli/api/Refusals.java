package run.ephemeral.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.URI;
import run.ephemeral.cli.CliFault;
import run.ephemeral.cli.Exit;
import run.ephemeral.cli.Why;
import run.ephemeral.wire.Problem;

/// Turns error responses into faults with the control plane's message.
record Refusals(URI base) {
  /// @param body a problem document, if the control plane wrote it
  CliFault of(int status, byte[] body) {
    if (body.length == 0) {
      return unexplained(status);
    }
    try {
      var problem = Json.read(Json.parse(body), Problem.class);
      if (problem.detail() != null && !problem.detail().isBlank()) {
        return new CliFault(exit(status), problem.detail());
      }
    } catch (IOException | IllegalArgumentException e) {
      // Not a problem document: another server answers at this address.
    }
    return unexplained(status);
  }

  private CliFault unexplained(int status) {
    return new CliFault(
        exit(status), "%s answered with HTTP status %d and no reason".formatted(base, status));
  }

  private static int exit(int status) {
    return switch (status) {
      case 400 -> Exit.USAGE;
      case 404 -> Exit.NOT_FOUND;
      case 401, 403, 409, 413, 422, 429 -> Exit.REFUSED;
      default -> Exit.FAILED;
    };
  }

  CliFault unreachable(IOException e) {
    if (e instanceof JsonProcessingException) {
      return new CliFault(
          Exit.NO_CONTROL_PLANE, "what answers at %s is no control plane".formatted(base));
    }
    return new CliFault(
        Exit.NO_CONTROL_PLANE,
        "the control plane at %s does not answer: %s".formatted(base, Why.of(e)));
  }
}
