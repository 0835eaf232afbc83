package run.ephemeral.gateway;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// All environments by the label of their host name, and all ports by number.
///
/// Lookups are one hash lookup and take no lock; changes take one. A port belongs to one door: when
/// another service gets the port, the door that still led there is shut, so that an old host name
/// never shows another environment.
final class RouteTable {
  private final Map<String, Site> sites = new ConcurrentHashMap<>();
  private final Map<Integer, Target> targets = new HashMap<>();

  @Nullable Site site(String label) {
    return sites.get(label);
  }

  Collection<Site> sites() {
    return sites.values();
  }

  Site siteFor(EnvironmentName environment) {
    return sites.computeIfAbsent(environment.value(), _ -> new Site(environment));
  }

  synchronized void route(EnvironmentName environment, ComponentName service, int port) {
    var door = siteFor(environment).door(service);
    var target = targets.get(port);
    if (target == null || target.owner() != door) {
      if (target != null) {
        shut(target.owner(), target);
      }
      target = new Target(port, door);
      targets.put(port, target);
    }
    target.reopen();
    if (door.target() != target) {
      door.lead(target);
      door.site().changed(held -> held.door() == door);
    }
  }

  synchronized void unroute(EnvironmentName environment, ComponentName service) {
    var site = site(environment.value());
    var door = site == null ? null : site.existing(service);
    if (door != null) {
      door.lead(null);
    }
  }

  synchronized @Nullable Target target(int port) {
    return targets.get(port);
  }

  /// Removes a target that has no requests left, unless its door leads to it again.
  synchronized void drained(Target target) {
    if (target.owner().target() != target) {
      targets.remove(target.port(), target);
    }
  }

  synchronized @Nullable Site forget(EnvironmentName environment) {
    var site = sites.remove(environment.value());
    if (site != null) {
      site.doors().forEach(door -> door.lead(null));
      targets.values().removeIf(target -> target.owner().site() == site);
      site.retire();
    }
    return site;
  }

  private static void shut(Door door, Target target) {
    if (door.target() == target) {
      door.lead(null);
    }
  }
}
