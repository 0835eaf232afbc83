package run.ephemeral.core.codehost;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.codehost.CommentCommands.Received;
import run.ephemeral.core.spec.AppName;

/// Port: the table of deliveries of webhooks, kept for a week.
public interface Deliveries {
  /// Stores deliveries and what people ask for by them, and tells all control planes that something
  /// changed at the repositories of
  /// the apps of new ones. They are on disk when this returns. One whose id or body is stored
  /// already, and one of an unknown host, is left out.
  void receive(List<Delivery> deliveries);

  /// Deletes some of those that are older than a week.
  ///
  /// @return whether there may be more
  boolean deleteOld();

  /// When the last one of a host came.
  Optional<Instant> last(String host);

  /// @param id as the host says
  /// @param body its digest
  /// @param apps that have to be looked at
  /// @param asked what a person asked for with a button, of each app
  record Delivery(
      String host, String id, Digest body, Set<AppName> apps, Map<AppName, List<Received>> asked) {
    public Delivery {
      apps = Set.copyOf(apps);
      asked = Map.copyOf(asked);
    }
  }
}
