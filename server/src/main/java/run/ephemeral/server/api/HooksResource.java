package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;
import run.ephemeral.server.HookReceiver;

/// Where code hosts send deliveries of webhooks. No token is needed: each is signed.
@Path(HooksResource.PATH)
@RunOnVirtualThread
public final class HooksResource {
  static final String PATH = "/hooks";

  private final HookReceiver receiver;

  HooksResource(HookReceiver receiver) {
    this.receiver = receiver;
  }

  @POST
  @Path("/{host}")
  @Operation(hidden = true)
  public Response receive(
      @PathParam("host") String host,
      @QueryParam("repository") @Nullable String repository,
      @HeaderParam("X-GitHub-Delivery") @Nullable String id,
      @HeaderParam("X-Hub-Signature-256") @Nullable String signature,
      byte[] body) {
    var received =
        receiver.receive(
            host,
            Optional.ofNullable(repository),
            Optional.ofNullable(id).orElse(""),
            Optional.ofNullable(signature).orElse("").replaceFirst("^sha256=", ""),
            body);
    var status =
        switch (received) {
          case TAKEN -> Response.Status.NO_CONTENT;
          case FORGED -> Response.Status.UNAUTHORIZED;
          case UNREADABLE -> Response.Status.BAD_REQUEST;
        };
    return Response.status(status).build();
  }
}
