package run.ephemeral.store.document;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.Running;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.engine.Workload;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.report.Published;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;

/// [Observed] as it is stored.
record ObservedDocument(
    Map<String, ArtifactDocument> artifacts,
    Map<String, String> databases,
    RunningDocument running,
    List<TestDocument> tests,
    List<ReportDocument> reports,
    boolean traces) {
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ArtifactDocument.Folder.class, name = "folder"),
    @JsonSubTypes.Type(value = ArtifactDocument.Image.class, name = "image")
  })
  sealed interface ArtifactDocument {
    record Folder() implements ArtifactDocument {}

    record Image(String image, String tag, String digest) implements ArtifactDocument {}

    static ArtifactDocument of(Artifact artifact) {
      return switch (artifact) {
        case Artifact.Folder() -> new Folder();
        case Artifact.Image(var image, var tag, var digest) -> new Image(image, tag, digest);
      };
    }

    default Artifact artifact() {
      return switch (this) {
        case Folder() -> new Artifact.Folder();
        case Image(var image, var tag, var digest) -> new Artifact.Image(image, tag, digest);
      };
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = RunningDocument.Processes.class, name = "processes"),
    @JsonSubTypes.Type(value = RunningDocument.Workloads.class, name = "workloads")
  })
  sealed interface RunningDocument {
    record Processes(List<InstanceDocument> instances, List<String> closed)
        implements RunningDocument {}

    record Workloads(Map<String, WorkloadDocument> byComponent) implements RunningDocument {}

    static RunningDocument of(Running running) {
      return switch (running) {
        case Running.Processes(var instances, var closed) ->
            new Processes(
                instances.stream().map(InstanceDocument::of).toList(),
                closed.stream().map(ComponentName::value).sorted().toList());
        case Running.Workloads(var workloads) ->
            new Workloads(Maps.sorted(workloads, ComponentName::value, WorkloadDocument::of));
      };
    }

    default Running running() {
      return switch (this) {
        case Processes(var instances, var closed) ->
            new Running.Processes(
                instances.stream().map(InstanceDocument::instance).toList(),
                closed.stream().map(ComponentName::new).collect(Collectors.toSet()));
        case Workloads(var workloads) ->
            new Running.Workloads(
                Maps.of(workloads, ComponentName::new, WorkloadDocument::workload));
      };
    }
  }

  record WorkloadDocument(
      String applied, boolean asleep, int wanted, int ready, int older, Optional<String> trouble) {
    static WorkloadDocument of(Workload workload) {
      return new WorkloadDocument(
          workload.applied().hex(),
          workload.asleep(),
          workload.wanted(),
          workload.ready(),
          workload.older(),
          workload.trouble());
    }

    Workload workload() {
      return new Workload(new Digest(applied), asleep, wanted, ready, older, trouble);
    }
  }

  record InstanceDocument(
      String id,
      String service,
      String unit,
      int attempt,
      int failures,
      long pid,
      int port,
      Instant startedAt,
      boolean routed,
      StateDocument state) {
    static InstanceDocument of(Instance instance) {
      return new InstanceDocument(
          instance.id().value(),
          instance.service().value(),
          instance.program().hex(),
          instance.attempt(),
          instance.failures(),
          instance.pid(),
          instance.port(),
          instance.startedAt(),
          instance.routed(),
          StateDocument.of(instance.state()));
    }

    Instance instance() {
      return new Instance(
          new InstanceId(id),
          new ComponentName(service),
          new Digest(unit),
          attempt,
          failures,
          pid,
          port,
          startedAt,
          routed,
          state.state());
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = StateDocument.Starting.class, name = "starting"),
    @JsonSubTypes.Type(value = StateDocument.Healthy.class, name = "healthy"),
    @JsonSubTypes.Type(value = StateDocument.Ended.class, name = "ended")
  })
  sealed interface StateDocument {
    record Starting() implements StateDocument {}

    record Healthy(Instant since) implements StateDocument {}

    record Ended(String why, Instant at, Duration healthyFor) implements StateDocument {}

    static StateDocument of(Instance.State state) {
      return switch (state) {
        case Instance.State.Starting() -> new Starting();
        case Instance.State.Healthy(var since) -> new Healthy(since);
        case Instance.State.Ended(var why, var at, var healthyFor) ->
            new Ended(why, at, healthyFor);
      };
    }

    default Instance.State state() {
      return switch (this) {
        case Starting() -> new Instance.State.Starting();
        case Healthy(var since) -> new Instance.State.Healthy(since);
        case Ended(var why, var at, var healthyFor) ->
            new Instance.State.Ended(why, at, healthyFor);
      };
    }
  }

  record TestDocument(String test, String key, boolean passed, String summary) {
    static TestDocument of(TestResult result) {
      return new TestDocument(
          result.test().value(), result.key().hex(), result.passed(), result.summary());
    }

    TestResult result() {
      return new TestResult(new ComponentName(test), new Digest(key), passed, summary);
    }
  }

  record ReportDocument(
      String host,
      String repository,
      int number,
      Optional<String> digest,
      List<String> reminders,
      Instant at) {
    static ReportDocument of(Published published) {
      var ref = published.pullRequest();
      return new ReportDocument(
          ref.repository().host(),
          ref.repository().path(),
          ref.number(),
          published.digest().map(Digest::hex),
          published.reminders().stream().sorted().toList(),
          published.at());
    }

    Published published() {
      var ref = new PullRequestRef(new RepositoryName(host, repository), number);
      return new Published(ref, digest.map(Digest::new), Set.copyOf(reminders), at);
    }
  }

  static ObservedDocument of(Observed observed) {
    return new ObservedDocument(
        Maps.sorted(observed.artifacts(), Digest::hex, ArtifactDocument::of),
        Maps.sorted(observed.databases(), ComponentName::value, Digest::hex),
        RunningDocument.of(observed.running()),
        observed.tests().stream().map(TestDocument::of).toList(),
        observed.reports().stream().map(ReportDocument::of).toList(),
        observed.traces());
  }

  Observed observed() {
    return new Observed(
        Maps.of(artifacts, Digest::new, ArtifactDocument::artifact),
        Maps.of(databases, ComponentName::new, Digest::new),
        running.running(),
        tests.stream().map(TestDocument::result).toList(),
        reports.stream().map(ReportDocument::published).toList(),
        traces);
  }
}
