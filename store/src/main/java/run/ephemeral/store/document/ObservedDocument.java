package run.ephemeral.store.document;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.engine.TestResult;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;

/// What was [Observed] as it is stored.
record ObservedDocument(
    List<String> artifacts,
    Map<String, String> databases,
    List<InstanceDocument> instances,
    List<String> closed,
    List<TestDocument> tests,
    boolean traces) {
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
          instance.unit().hex(),
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

  static ObservedDocument of(Observed observed) {
    return new ObservedDocument(
        observed.artifacts().stream().map(Digest::hex).sorted().toList(),
        Maps.sorted(observed.databases(), ComponentName::value, Digest::hex),
        observed.instances().stream().map(InstanceDocument::of).toList(),
        observed.closed().stream().map(ComponentName::value).sorted().toList(),
        observed.tests().stream().map(TestDocument::of).toList(),
        observed.traces());
  }

  Observed observed() {
    return new Observed(
        artifacts.stream().map(Digest::new).collect(Collectors.toSet()),
        Maps.of(databases, ComponentName::new, Digest::new),
        instances.stream().map(InstanceDocument::instance).toList(),
        closed.stream().map(ComponentName::new).collect(Collectors.toSet()),
        tests.stream().map(TestDocument::result).toList(),
        traces);
  }
}
