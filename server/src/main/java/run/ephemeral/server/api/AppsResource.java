package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.reconciler.Following;
import run.ephemeral.server.ClusterAdmin;
import run.ephemeral.wire.AddAppRequest;
import run.ephemeral.wire.AppView;

/// Apps: the repositories whose pull requests get environments.
@Path("/api/v1/apps")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class AppsResource {
  private final Apps apps;
  private final Following following;
  private final Finder finder;
  private final ClusterAdmin clusters;

  AppsResource(Apps apps, Following following, Finder finder, ClusterAdmin clusters) {
    this.clusters = clusters;
    this.apps = apps;
    this.following = following;
    this.finder = finder;
  }

  @GET
  public List<AppView> listApps() {
    return apps.all().stream().map(this::view).toList();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(201)
  @APIResponseSchema(value = AppView.class, responseCode = "201")
  public AppView addApp(AddAppRequest request) {
    var source = Required.in(request, AddAppRequest::source, "source");
    return view(
        following.add(
            source,
            Optional.ofNullable(request.name()).map(AppName::new),
            ClusterViews.selected(request.cluster(), clusters)));
  }

  @DELETE
  @Path("/{name}")
  public void removeApp(@PathParam("name") String name) {
    following.remove(finder.app(name));
  }

  private AppView view(run.ephemeral.core.app.App app) {
    return Views.app(app, following.pullRequests(app));
  }
}
