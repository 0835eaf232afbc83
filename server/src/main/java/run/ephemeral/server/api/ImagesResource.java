package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import run.ephemeral.core.artifact.Pushes;
import run.ephemeral.wire.PushedImageRequest;

/// Images of registries.
@Path("/api/v1/images")
@RunOnVirtualThread
public final class ImagesResource {
  private final Pushes pushes;

  ImagesResource(Pushes pushes) {
    this.pushes = pushes;
  }

  /// Looks for an image now where it is waited for, instead of within a minute. CI may tell it
  /// after a push.
  @POST
  @Path("/pushed")
  @Consumes(MediaType.APPLICATION_JSON)
  public void pushedImage(PushedImageRequest request) {
    pushes.pushed(Required.in(request, PushedImageRequest::image, "image"));
  }
}
