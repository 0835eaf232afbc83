package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.cluster.AddedCluster;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.server.ClusterAdmin;
import run.ephemeral.wire.AddClusterRequest;
import run.ephemeral.wire.Check;
import run.ephemeral.wire.ClusterView;
import run.ephemeral.wire.CordonRequest;
import run.ephemeral.wire.ExamineClusterRequest;
import run.ephemeral.wire.LabelClusterRequest;
import run.ephemeral.wire.RenewClusterRequest;

/// The Kubernetes clusters on which environments can run.
@Path("/api/v1/clusters")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ClustersResource {
  /// Docker Hub's image of busybox.
  private static final String PROBE_IMAGE = "busybox:1.37";

  private final ClusterAdmin admin;

  ClustersResource(ClusterAdmin admin) {
    this.admin = admin;
  }

  @GET
  public List<ClusterView> listClusters() {
    return admin.all().stream().map(cluster -> ClusterViews.of(cluster, admin)).toList();
  }

  /// Asks the cluster.
  @GET
  @Path("/{name}")
  public ClusterView showCluster(@PathParam("name") String name) {
    return ClusterViews.asked(found(name), admin);
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(201)
  @APIResponseSchema(value = ClusterView.class, responseCode = "201")
  public ClusterView addCluster(AddClusterRequest request) {
    var name = new ClusterName(Required.in(request, AddClusterRequest::name, "name"));
    var added =
        admin.add(
            name,
            Optional.ofNullable(request.kubeconfig()),
            Optional.ofNullable(request.context()),
            ClusterViews.settings(request.settings()));
    return ClusterViews.of(added, admin);
  }

  /// Replaces the credentials.
  @POST
  @Path("/{name}/kubeconfig")
  @Consumes(MediaType.APPLICATION_JSON)
  public ClusterView renewCluster(@PathParam("name") String name, RenewClusterRequest request) {
    found(name);
    admin.renew(
        new ClusterName(name),
        Optional.ofNullable(request.kubeconfig()),
        Optional.ofNullable(request.context()));
    return ClusterViews.of(found(name), admin);
  }

  @POST
  @Path("/{name}/cordon")
  @Consumes(MediaType.APPLICATION_JSON)
  public ClusterView cordonCluster(@PathParam("name") String name, CordonRequest request) {
    found(name);
    admin.cordon(new ClusterName(name), request.cordoned());
    return ClusterViews.of(found(name), admin);
  }

  /// Adds, changes and removes labels, by which apps and environments choose clusters.
  @POST
  @Path("/{name}/labels")
  @Consumes(MediaType.APPLICATION_JSON)
  public ClusterView labelCluster(@PathParam("name") String name, LabelClusterRequest request) {
    var body = Required.body(request);
    var set = Optional.ofNullable(body.set()).orElse(Map.of());
    var remove = Required.all(Optional.ofNullable(body.remove()).orElse(List.of()), "remove");
    if (set.values().stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("a label in `set` has no value");
    }
    admin.label(found(name).name(), set, remove);
    return ClusterViews.of(found(name), admin);
  }

  /// Asks the cluster for its version, rights, nodes and storage, and tries whether it enforces
  /// NetworkPolicy.
  @POST
  @Path("/{name}/examination")
  @Consumes(MediaType.APPLICATION_JSON)
  public List<Check> examineCluster(
      @PathParam("name") String name, @Nullable ExamineClusterRequest request)
      throws InterruptedException {
    var image =
        Optional.ofNullable(request).map(ExamineClusterRequest::probeImage).orElse(PROBE_IMAGE);
    return admin.examine(found(name), image).stream().map(ClusterViews::check).toList();
  }

  @DELETE
  @Path("/{name}")
  public void removeCluster(
      @PathParam("name") String name,
      @QueryParam("abandon") @DefaultValue("false") boolean abandon) {
    admin.remove(found(name).name(), abandon);
  }

  private AddedCluster found(String name) {
    return admin.all().stream()
        .filter(cluster -> cluster.name().value().equals(name))
        .findFirst()
        .orElseThrow(() -> new Problems.Absent("there is no cluster `%s`".formatted(name)));
  }
}
