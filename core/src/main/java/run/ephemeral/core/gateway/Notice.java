package run.ephemeral.core.gateway;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.spec.ComponentName;

/// The content of the page that visitors see while no service answers.
///
/// @param phase decides whether a request is held (asleep, waking, starting, ready) or answered
///     with a page at once
/// @param front the service at the environment's own host name
/// @param publicServices services with a host name of their own
/// @param headline one sentence
/// @param details one for each component
/// @param log the last lines of the failed component's log
public record Notice(
    Phase phase,
    Optional<ComponentName> front,
    Set<ComponentName> publicServices,
    String headline,
    List<Detail> details,
    List<String> log) {
  public Notice {
    publicServices = Set.copyOf(publicServices);
    details = List.copyOf(details);
    log = List.copyOf(log);
  }

  /// The state of a component, in a sentence.
  public record Detail(ComponentName component, String text) {}
}
