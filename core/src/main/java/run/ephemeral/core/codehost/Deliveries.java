package run.ephemeral.core.codehost;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.AppName;

/// Port: the table of deliveries of webhooks, kept for a week.
public interface Deliveries {
  /// Stores a delivery; it is on disk when this returns.
  ///
  /// @param id as the host says
  /// @param body its digest
  /// @return false when a delivery with this id or this body is stored already
  boolean receive(String host, String id, Digest body);

  /// Tells all control planes that something changed at the repositories of these apps.
  void announce(Set<AppName> apps);

  /// When the last one of a host came.
  Optional<Instant> last(String host);
}
