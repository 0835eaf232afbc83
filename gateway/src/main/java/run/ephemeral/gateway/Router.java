package run.ephemeral.gateway;

import org.jspecify.annotations.Nullable;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.gateway.Hosts.Destination;

/// Decides what happens to a request now, by its entrance and its head.
final class Router {
  private final RouteTable table;
  private final Hosts hosts;
  private final int mostPasses;

  Router(RouteTable table, String domain, int mostPasses) {
    this.table = table;
    this.hosts = new Hosts(domain);
    this.mostPasses = mostPasses;
  }

  /// The listener by which a request came in.
  sealed interface Entrance {
    /// The host name determines the destination.
    record Public() implements Entrance {}

    /// The listener determines the destination.
    record Internal(EnvironmentName environment, ComponentName service) implements Entrance {}
  }

  sealed interface Verdict {
    /// The target has been entered; the caller leaves it when done.
    record Go(Door door, Target target) implements Verdict {}

    /// @param seen the version of the site that this was decided on
    record Wait(Door door, long seen, boolean asleep) implements Verdict {}

    record Show(Page page) implements Verdict {}
  }

  @Nullable Site site(Entrance.Internal entrance) {
    return table.site(entrance.environment().value());
  }

  /// @param millis now, to remember when the environment was last used
  Verdict judge(Entrance entrance, Asked asked, long millis) {
    return switch (entrance) {
      case Entrance.Internal(var environment, var service) -> {
        var site = table.site(environment.value());
        yield site == null
            ? new Verdict.Show(Page.unknown(environment.value()))
            : enter(site, site.door(service), site.version(), asked);
      }
      case Entrance.Public() ->
          switch (hosts.destination(asked.host())) {
            case Destination.Malformed() ->
                new Verdict.Show(Page.refused(400, "The Host header is not a host name."));
            case Destination.Elsewhere(var name) -> new Verdict.Show(Page.unknown(name));
            case Destination.Named(var environment, var service) ->
                named(environment, service, asked, millis);
          };
    };
  }

  private Verdict named(String environment, @Nullable String service, Asked asked, long millis) {
    var site = table.site(environment);
    if (site == null) {
      return new Verdict.Show(Page.unknown(environment));
    }
    long seen = site.version();
    var shown = site.shown();
    if (shown == null) {
      return new Verdict.Show(Page.early(site.name()));
    }
    var door = service == null ? shown.front() : shown.open().get(service);
    if (service != null && door == null) {
      return new Verdict.Show(Page.notPublic(site.name(), service));
    }
    site.used(millis);
    return door == null
        ? new Verdict.Show(Page.noFront(site.name(), shown.notice()))
        : enter(site, door, seen, asked);
  }

  private Verdict enter(Site site, Door door, long seen, Asked asked) {
    if (asked.passes() >= mostPasses) {
      return new Verdict.Show(Page.loops(site.name(), door.service(), asked.passes()));
    }
    for (var target = door.target(); target != null; target = door.target()) {
      target.enter();
      if (!target.draining() || door.target() == target) {
        return new Verdict.Go(door, target);
      }
      target.leave();
    }
    var shown = site.shown();
    if (shown == null) {
      return new Verdict.Show(Page.early(site.name()));
    }
    var notice = shown.notice();
    return switch (notice.phase()) {
      case ASLEEP -> new Verdict.Wait(door, seen, true);
      case WAKING, STARTING, READY -> new Verdict.Wait(door, seen, false);
      case QUEUED, BUILDING, FAILING, REMOVING, GONE ->
          new Verdict.Show(Page.of(site.name(), notice, door.service()));
    };
  }
}
