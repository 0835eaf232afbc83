package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;
import run.ephemeral.server.Pipelines;
import run.ephemeral.server.Pipelines.Question;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.PipelineView;

/// What pipelines of a followed repository use, with the token that GitHub Actions issued to them
/// in place of the token of the API.
@Path(PipelinesResource.PATH + "/{host}/pull-requests/{number}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class PipelinesResource {
  static final String PATH = "/api/v1/pipelines";

  private final Pipelines pipelines;
  private final Views views;

  PipelinesResource(Pipelines pipelines, Views views) {
    this.pipelines = pipelines;
    this.views = views;
  }

  private static Question question(
      String host, int number, @Nullable String app, @Nullable String authorization) {
    var token = Optional.ofNullable(authorization).orElse("").replaceFirst("^(?i:bearer) +", "");
    return new Question(host, token, number, Optional.ofNullable(app));
  }

  private PipelineView view(Pipelines.Standing standing) {
    return new PipelineView(
        standing.app().name().value(),
        standing.number(),
        standing.head().orElse(null),
        standing.environment().map(views::environment).map(PipelinesResource::view).orElse(null),
        standing.note().orElse(null));
  }

  private static PipelineView.Environment view(EnvironmentView known) {
    return new PipelineView.Environment(
        known.name(),
        known.phase(),
        known.reason(),
        known.url(),
        known.commit(),
        known.settled(),
        known.components().stream().map(PipelinesResource::part).toList());
  }

  private static PipelineView.Part part(ComponentView part) {
    return new PipelineView.Part(part.name(), part.state(), part.detail(), part.url());
  }

  @GET
  public PipelineView showForPipeline(
      @PathParam("host") String host,
      @PathParam("number") int number,
      @QueryParam("app") @Nullable String app,
      @HeaderParam("Authorization") @Nullable String authorization) {
    return view(pipelines.show(question(host, number, app, authorization)));
  }

  @POST
  @ResponseStatus(202)
  @APIResponseSchema(value = PipelineView.class, responseCode = "202")
  public PipelineView createForPipeline(
      @PathParam("host") String host,
      @PathParam("number") int number,
      @QueryParam("app") @Nullable String app,
      @HeaderParam("Authorization") @Nullable String authorization) {
    return view(pipelines.create(question(host, number, app, authorization)));
  }

  @DELETE
  @ResponseStatus(202)
  @APIResponseSchema(value = PipelineView.class, responseCode = "202")
  public PipelineView destroyForPipeline(
      @PathParam("host") String host,
      @PathParam("number") int number,
      @QueryParam("app") @Nullable String app,
      @HeaderParam("Authorization") @Nullable String authorization) {
    return view(pipelines.destroy(question(host, number, app, authorization)));
  }
}
