package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.name.ClusterName;
import run.ephemeral.core.spec.SpecProblem;
import run.ephemeral.core.spec.SpecReader;
import run.ephemeral.demo.DemoShop;
import run.ephemeral.reconciler.Following;
import run.ephemeral.server.ControlPlane;
import run.ephemeral.server.Doctor;
import run.ephemeral.server.Wiring;
import run.ephemeral.wire.AppView;
import run.ephemeral.wire.Check;
import run.ephemeral.wire.Finding;
import run.ephemeral.wire.FixRequest;
import run.ephemeral.wire.ShutdownRequest;
import run.ephemeral.wire.Status;
import run.ephemeral.wire.ValidateRequest;
import run.ephemeral.wire.Validation;

/// The control plane itself.
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ControlResource {
  private final ControlPlane plane;
  private final Wiring wiring;
  private final SpecReader specs;
  private final Following following;

  ControlResource(ControlPlane plane, Wiring wiring, SpecReader specs, Following following) {
    this.plane = plane;
    this.wiring = wiring;
    this.specs = specs;
    this.following = following;
  }

  @GET
  @Path("/status")
  public Status status() {
    return new Status(
        ControlPlane.version(),
        ProcessHandle.current().pid(),
        wiring.home().toString(),
        plane.startedAt(),
        wiring.api(),
        wiring.gatewayUrl(),
        wiring.postgresVersion().orElse("does not answer"),
        wiring.apps().all().size(),
        wiring.environments().all().size());
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Path("/validate")
  public Validation validate(ValidateRequest request) {
    return switch (specs.read(Required.in(request, ValidateRequest::text, "text"))) {
      case SpecReader.Reading.Accepted(var ignoredSpec, var ignoredDigest, var notes) ->
          new Validation(true, List.of(), findings(notes));
      case SpecReader.Reading.Rejected(var problems) ->
          new Validation(false, findings(problems), List.of());
    };
  }

  private static List<Finding> findings(List<SpecProblem> problems) {
    return problems.stream()
        .map(problem -> new Finding(problem.line(), problem.column(), problem.message()))
        .toList();
  }

  @POST
  @Path("/demo")
  @ResponseStatus(201)
  @APIResponseSchema(value = AppView.class, responseCode = "201")
  public AppView demo() {
    var folder = wiring.home().resolve("demo").resolve("shop");
    DemoShop.create(folder);
    var app = following.add(folder.toString(), Optional.empty(), Optional.empty());
    return Views.app(app, following.pullRequests(app));
  }

  @GET
  @Path("/doctor")
  public List<Check> doctor() throws InterruptedException {
    return new Doctor(wiring).examine();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Path("/doctor/fix")
  public List<Check> fix(FixRequest request) throws InterruptedException {
    var leftovers = Required.in(request, FixRequest::leftovers, "leftovers");
    return new Doctor(wiring).fix(Required.all(leftovers, "leftovers"));
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Path("/shutdown")
  @ResponseStatus(202)
  public void shutDown(ShutdownRequest request) {
    var purge = Required.body(request).purge();
    if (purge) {
      mustBeOnThisMachine();
    }
    plane.endSoon(purge, request.keepRunning());
  }

  /// What runs on a cluster would be left there, and nobody would know of it.
  private void mustBeOnThisMachine() {
    var elsewhere =
        wiring.environments().placed().entrySet().stream()
            .filter(placed -> !placed.getKey().equals(ClusterName.LOCAL))
            .mapToInt(Map.Entry::getValue)
            .sum();
    if (elsewhere > 0) {
      throw new FaultException(
          Fault.user(
              "environments are on clusters (%d), where they would be left; destroy them first"
                  .formatted(elsewhere)));
    }
  }
}
