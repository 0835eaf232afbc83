package run.ephemeral.engine.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.engine.Execution;
import run.ephemeral.core.engine.Inspection;
import run.ephemeral.core.engine.LogReader;
import run.ephemeral.core.engine.Session;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Logs of pods, and commands in them.
final class ClusterInspection implements Inspection {
  private final ApiServer api;
  private final Labels labels;
  private final Namespaces namespaces;

  ClusterInspection(ApiServer api, Labels labels, Namespaces namespaces) {
    this.api = api;
    this.labels = labels;
    this.namespaces = namespaces;
  }

  /// Images are built elsewhere, and the pod of a test is gone when it has ended: these logs are
  /// empty.
  @Override
  public LogReader log(
      EnvironmentKey environment,
      Release release,
      ComponentName component,
      LogKind source,
      int last) {
    return switch (source) {
      case RUN -> new PodLogs(api, labels, environment, component, last);
      case BUILD, TEST -> new NoLog();
    };
  }

  @Override
  public Execution exec(
      EnvironmentKey environment, Release release, ComponentName service, List<String> command) {
    return start(environment, service, command, false, Optional.empty());
  }

  @Override
  public Session session(
      EnvironmentKey environment,
      ComponentName service,
      List<String> command,
      Optional<Session.Size> terminal) {
    return start(environment, service, command, true, terminal);
  }

  private Session start(
      EnvironmentKey environment,
      ComponentName service,
      List<String> command,
      boolean input,
      Optional<Session.Size> terminal) {
    try {
      var pods = new Paths(environment).core("pods");
      if (namespaces.find(environment).isPresent()) {
        var query = Map.of("labelSelector", labels.selector());
        var running = Pods.of(api.list(pods, query)).running(service);
        if (running.isPresent()) {
          var pod = pods + "/" + running.get();
          return PodExecution.start(api, pod, service.value(), command, input, terminal);
        }
      }
      throw new FaultException(
          Fault.user(
              "`%s` has no pod that runs now; `ephemeral show %s` says why"
                  .formatted(service, environment.name())));
    } catch (ApiException e) {
      throw ClusterFault.thrown(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.external("the control plane goes down", e), e);
    }
  }

  @Override
  public Optional<String> address(EnvironmentKey environment, ComponentName service) {
    return Optional.of("%s.%s.svc".formatted(service, environment.name()));
  }

  /// A log without lines.
  private record NoLog() implements LogReader {
    @Override
    public List<String> next() {
      return List.of();
    }

    @Override
    public List<String> rest() {
      return List.of();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
