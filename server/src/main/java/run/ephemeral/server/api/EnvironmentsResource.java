package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.command.Command;
import run.ephemeral.core.command.Grammar;
import run.ephemeral.core.data.Databases;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.reconciler.CommandHandler;
import run.ephemeral.reconciler.Following;
import run.ephemeral.reconciler.WorkingTrees;
import run.ephemeral.server.ClusterAdmin;
import run.ephemeral.wire.CommandAnswer;
import run.ephemeral.wire.CommandRequest;
import run.ephemeral.wire.DatabaseView;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.EventView;
import run.ephemeral.wire.StartRunRequest;

/// Environments: their state, events and databases, and commands to them.
@Path("/api/v1/environments")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class EnvironmentsResource {
  private static final int MOST_EVENTS = 1000;

  private final Environments environments;
  private final Events events;
  private final Databases databases;
  private final CommandHandler commands;
  private final WorkingTrees workingTrees;
  private final Following following;
  private final ClusterAdmin clusters;
  private final Finder finder;
  private final Views views;

  EnvironmentsResource(
      Environments environments,
      Events events,
      Databases databases,
      CommandHandler commands,
      WorkingTrees workingTrees,
      Following following,
      ClusterAdmin clusters,
      Finder finder,
      Views views) {
    this.environments = environments;
    this.events = events;
    this.databases = databases;
    this.commands = commands;
    this.workingTrees = workingTrees;
    this.following = following;
    this.clusters = clusters;
    this.finder = finder;
    this.views = views;
  }

  @GET
  public List<EnvironmentView> list(@QueryParam("app") @Nullable String app) {
    return environments.all().stream()
        .filter(known -> app == null || known.app().value().equals(app))
        .map(views::environment)
        .toList();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(202)
  @APIResponseSchema(value = EnvironmentView.class, responseCode = "202")
  public EnvironmentView run(StartRunRequest request) {
    var directory = directory(Required.in(request, StartRunRequest::directory, "directory"));
    var name = Optional.ofNullable(request.name()).map(EnvironmentName::new);
    var cluster = ClusterViews.selected(request.cluster(), clusters);
    return views.environment(workingTrees.run(directory, name, cluster));
  }

  private static java.nio.file.Path directory(String text) {
    try {
      var directory = java.nio.file.Path.of(text);
      if (!directory.isAbsolute() || !Files.isDirectory(directory)) {
        throw new IllegalArgumentException("`%s` is not a folder of this machine".formatted(text));
      }
      return directory.toRealPath();
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("`%s` cannot be read".formatted(text), e);
    }
  }

  @GET
  @Path("/{name}")
  public EnvironmentView show(@PathParam("name") String name) {
    return views.environment(finder.environment(name));
  }

  @DELETE
  @Path("/{name}")
  @ResponseStatus(202)
  @APIResponseSchema(value = EnvironmentView.class, responseCode = "202")
  public EnvironmentView destroy(@PathParam("name") String name) {
    return carryOut(name, new Command.Destroy()).environment();
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Path("/{name}/commands")
  public CommandAnswer command(@PathParam("name") String name, CommandRequest request) {
    var command = Grammar.parse(Required.in(request, CommandRequest::command, "command"));
    if (command instanceof Command.Update) {
      following.readmit(name);
    }
    if (command instanceof Command.Restart(var service) && service.isPresent()) {
      // An unknown service is answered with 404, as everywhere.
      var _ = Finder.service(finder.release(finder.environment(name)), service.get().value());
    }
    return carryOut(name, command);
  }

  private CommandAnswer carryOut(String name, Command command) {
    var environment = finder.environment(name);
    var text = commands.carryOut(environment, command);
    var after = environments.find(environment.id()).orElse(environment);
    return new CommandAnswer(text, views.environment(after));
  }

  @GET
  @Path("/{name}/events")
  public List<EventView> events(
      @PathParam("name") String name,
      @QueryParam("after") @Nullable Long after,
      @QueryParam("limit") @Nullable Integer limit) {
    var which = Optional.of(new EnvironmentName(name));
    var most = Math.clamp(limit == null ? 100 : limit, 1, MOST_EVENTS);
    var found = after == null ? events.latest(which, most) : events.after(which, after, most);
    if (found.isEmpty()) {
      finder.environment(name);
    }
    return found.stream().map(Views::event).toList();
  }

  @GET
  @Path("/{name}/databases")
  public List<DatabaseView> databases(@PathParam("name") String name) {
    var environment = finder.environment(name);
    var all = databases.of(environment.key());
    return new TreeMap<>(all)
        .entrySet().stream().map(one -> database(one.getKey(), one.getValue())).toList();
  }

  private static DatabaseView database(
      ComponentName component, run.ephemeral.core.data.Database known) {
    return new DatabaseView(
        component.value(),
        known.url(),
        known.jdbcUrl(),
        known.host(),
        known.port(),
        known.name(),
        known.user(),
        known.password());
  }
}
