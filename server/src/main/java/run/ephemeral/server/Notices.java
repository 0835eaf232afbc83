package run.ephemeral.server;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.gateway.Notice;
import run.ephemeral.core.gateway.Reception;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Part;
import run.ephemeral.core.plan.Plan;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.reconciler.Watcher;

/// Tells the gateway after every observation which services are public and what visitors of a
/// service that cannot be reached are shown.
final class Notices implements Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
  private static final int LOG_LINES = 15;

  private final Reception reception;
  private final Inspections inspections;
  private final Sources sources;
  private final Sentences sentences;

  Notices(Reception reception, Inspections inspections, Sources sources, Sentences sentences) {
    this.reception = reception;
    this.inspections = inspections;
    this.sources = sources;
    this.sentences = sentences;
  }

  @Override
  public void looked(Environment environment, Plan plan) {
    show(environment, plan, log(environment, plan));
  }

  /// Before the first observation: without a log, which may be on a cluster that does not answer.
  void begins(Environment environment, Plan plan) {
    show(environment, plan, List.of());
  }

  private void show(Environment environment, Plan plan, List<String> log) {
    if (plan.phase() == Phase.GONE) {
      return;
    }
    var spec = environment.wanted().release().map(release -> release.spec());
    var publicServices =
        spec.map(known -> known.services().entrySet().stream())
            .orElse(Stream.empty())
            .filter(service -> isPublic(service))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    var details =
        plan.parts().stream()
            .map(part -> new Notice.Detail(part.name(), sentences.of(part.cause())))
            .toList();
    reception.show(
        environment.name(),
        new Notice(
            plan.phase(),
            spec.flatMap(known -> known.front()),
            Set.copyOf(publicServices),
            sentences.of(plan.cause()),
            details,
            log));
  }

  private static boolean isPublic(Map.Entry<ComponentName, ServiceSpec> service) {
    return service.getValue().isPublic();
  }

  private List<String> log(Environment environment, Plan plan) {
    var release = environment.wanted().release();
    if (plan.phase() != Phase.FAILING || release.isEmpty()) {
      return List.of();
    }
    return plan.parts().stream()
        .filter(part -> part.state() == Part.State.FAILING)
        .findFirst()
        .map(part -> tail(environment, release.get(), part))
        .orElse(List.of());
  }

  private List<String> tail(Environment environment, Release release, Part part) {
    try (var log = inspections.log(environment, release, part.name(), part.log(), LOG_LINES)) {
      return log.rest();
    } catch (RuntimeException e) {
      LOG.warn("the log of {} of {} cannot be read: {}", part.name(), environment.name(), e + "");
      return List.of();
    }
  }

  @Override
  public void gone(EnvironmentName environment) {
    reception.forget(environment);
    sources.forget(Mirror.of(environment));
  }

  @Override
  public Optional<Instant> lastUsed(EnvironmentName environment) {
    return reception.lastUsed(environment);
  }
}
