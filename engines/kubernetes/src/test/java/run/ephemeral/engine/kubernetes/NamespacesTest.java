package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.Fault;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Leases;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.engine.kubernetes.object.Baseline;
import run.ephemeral.engine.kubernetes.object.Labels;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestBed;

/// Namespaces that are made, found taken, and do not go: what people are told, on a real cluster.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
class NamespacesTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final String FINALIZER = "never.test/x";

  private final TestEngine cluster;

  NamespacesTest() throws Exception {
    cluster = TestEngine.of(INSTALLATION);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @AfterAll
  static void erase() {
    TestEngine.erase(INSTALLATION);
  }

  private static EnvironmentKey environment(String name, int id) {
    return new EnvironmentKey(
        new EnvironmentId(id), new EnvironmentName(INSTALLATION + "-" + name));
  }

  /// Says soon what holds a removal up.
  private Namespaces impatient() {
    var labels = new Labels(INSTALLATION);
    var baseline = new Baseline(labels, ClusterSettings.DEFAULT);
    return new Namespaces(cluster.api, labels, baseline, Duration.ofSeconds(2));
  }

  private Outcome apply(EnvironmentKey environment) throws Exception {
    var image = TestEngine.image(TestBed.WEB, "1");
    return cluster.perform(environment, TestEngine.apply(TestEngine.web("web"), image));
  }

  private static String kubectl(String... arguments) {
    return TestBed.kubectl(arguments).strip();
  }

  private static String uid(EnvironmentKey environment, String... more) {
    var get = List.of("get", "ns", environment.name().value(), "-o", "jsonpath={.metadata.uid}");
    return kubectl(Stream.concat(get.stream(), Stream.of(more)).toArray(String[]::new));
  }

  /// Something whose finalizer no program serves.
  private static void hold(String namespace) {
    kubectl("-n", namespace, "create", "cm", "cx");
    finalizers(namespace, "[\"" + FINALIZER + "\"]");
  }

  private static void finalizers(String namespace, String value) {
    var patch = "{\"metadata\":{\"finalizers\":%s}}".formatted(value);
    kubectl("-n", namespace, "patch", "configmaps", "cx", "--type=merge", "-p", patch);
  }

  @Test
  void aFinalizerThatNobodyServesIsNamedAndNotForcedAndANewEnvironmentWaits() throws Exception {
    var old = environment("held", 1);
    var name = old.name().value();
    assertThat(apply(old)).isEqualTo(new Outcome.Done("applied in a new namespace"));
    assertThat(apply(old)).isEqualTo(new Outcome.Done("nothing differs"));
    var uid = uid(old);
    hold(name);
    try {
      var said = "";
      // The namespace controller says little before the pods are gone.
      for (int i = 0; i < 30 && !said.contains("configmaps cx"); i++) {
        said = impatient().remove(old).orElseThrow();
      }
      assertThat(said)
          .isEqualTo(
              "`configmaps cx` has the finalizer `never.test/x`, and stays until whoever set it"
                  + " removes it; if nobody does any more: kubectl -n "
                  + name
                  + " patch configmaps cx --type=merge -p '{\"metadata\":{\"finalizers\":null}}'");
      var next = apply(environment("held", 2));
      assertThat(next)
          .isEqualTo(
              new Outcome.Failed(
                  new Fault(
                      Fault.Kind.EXTERNAL,
                      "it waits until the cluster has removed the namespace `"
                          + name
                          + "` of before, with all that was in it; then it gets a new one",
                      "")));
      assertThat(kubectl("-n", name, "get", "cm", "cx", "-o", "name")).isEqualTo("configmap/cx");
    } finally {
      finalizers(name, "null");
    }
    assertThat(cluster.perform(old, new Step.Erase("test")))
        .isEqualTo(new Outcome.Done("its namespace is gone"));
    var next = environment("held", 2);
    assertThat(apply(next)).isEqualTo(new Outcome.Done("applied in a new namespace"));
    assertThat(uid(next)).isNotEqualTo(uid);
  }

  @Test
  void whatAnotherControlPlaneHasTakenOverIsNotRemovedAsUnused() throws Exception {
    var environment = environment("taken", 4);
    var older = impatient();
    var unused = older.make(environment);
    older.deleteUnused(environment, unused.namespace());
    Eventually.eventually("it is removed", () -> uid(environment, "--ignore-not-found").isEmpty());
    var made = older.make(environment);
    assertThat(made.isNew()).isTrue();
    assertThat(apply(environment)).isEqualTo(new Outcome.Done("applied"));
    older.deleteUnused(environment, made.namespace());
    assertThat(kubectl("get", "ns", environment.name().value(), "-o", "jsonpath={.status.phase}"))
        .isEqualTo("Active");
  }

  @Test
  void whatASiblingUsesIsNotRemovedWhenTheLeaseIsLost() throws Exception {
    var environment = environment("sibling", 5);
    var namespaces = impatient();
    var isNewest = new AtomicBoolean(true);
    var fences = new Fences(new Leases(), (_, _) -> isNewest.get(), namespaces);
    var fence = new Fence(1, 1);
    var used = namespaces.make(environment);
    assertThat(fences.isStale(environment, fence, used)).isFalse();
    isNewest.set(false);
    assertThat(fences.isStale(environment, fence, used)).isTrue();
    assertThat(kubectl("get", "ns", environment.name().value(), "-o", "jsonpath={.status.phase}"))
        .isEqualTo("Active");
    var unused = environment("unused", 6);
    assertThat(fences.isStale(unused, fence, namespaces.make(unused))).isTrue();
    Eventually.eventually("it is removed", () -> uid(unused, "--ignore-not-found").isEmpty());
  }

  @Test
  void aBaselineThatOtherSettingsReplacedIsAppliedAgain() throws Exception {
    var environment = environment("settings", 7);
    assertThat(apply(environment)).isEqualTo(new Outcome.Done("applied in a new namespace"));
    var usual = ClusterSettings.DEFAULT;
    var many =
        new ClusterSettings(
            usual.environments(),
            usual.reach(),
            ClusterSettings.PodSecurity.BASELINE,
            new ClusterSettings.Sizes("50m", "128Mi", "512Mi", 500),
            usual.scheduling(),
            usual.marks(),
            usual.inside());
    var labels = new Labels(INSTALLATION);
    var others = new Namespaces(cluster.api, labels, new Baseline(labels, many));
    others.furnish(environment, others.make(environment));
    assertThat(pods(environment)).isEqualTo("500 baseline");
    assertThat(apply(environment)).isEqualTo(new Outcome.Done("applied"));
    assertThat(pods(environment)).isEqualTo("50 restricted");
    assertThat(apply(environment)).isEqualTo(new Outcome.Done("nothing differs"));
  }

  /// The quota of pods and the Pod Security level.
  private static String pods(EnvironmentKey environment) {
    var name = environment.name().value();
    var most =
        kubectl("-n", name, "get", "quota", "environment", "-o", "jsonpath={.spec.hard.pods}");
    var level = "jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}";
    return most + " " + kubectl("get", "ns", name, "-o", level);
  }

  /// @param labels of the namespace, besides its name
  private void checkTaken(String name, Set<String> labels, String why) throws Exception {
    var environment = environment(name, 3);
    var namespace = environment.name().value();
    kubectl("create", "ns", namespace);
    try {
      labels.forEach(label -> kubectl("label", "ns", namespace, label));
      assertThat(apply(environment))
          .isEqualTo(
              new Outcome.Failed(
                  new Fault(
                      Fault.Kind.EXTERNAL,
                      "the cluster has a namespace `%s` that was not made for this environment,"
                              .formatted(namespace)
                          + " but "
                          + why.replace("NAME", namespace),
                      "")));
      assertThat(cluster.engine.observe(environment).traces()).isFalse();
      assertThat(cluster.perform(environment, new Step.Erase("test")))
          .isInstanceOf(Outcome.Done.class);
      assertThat(kubectl("get", "ns", namespace, "-o", "jsonpath={.status.phase}"))
          .isEqualTo("Active");
      assertThat(kubectl("-n", namespace, "get", "deploy,quota,limits,netpol", "-o", "name"))
          .isEmpty();
    } finally {
      kubectl("delete", "ns", namespace, "--wait=false");
    }
  }

  @Test
  void aLookAlikeIsNeitherUsedNorRemovedAndTheSentenceSaysWhoseItIs() throws Exception {
    var wait =
        "; it is left as it is, and the environment starts once it is gone: kubectl delete"
            + " namespace NAME";
    var installation = Labels.INSTALLATION + "=";
    var id = Labels.ENVIRONMENT + "=3";
    checkTaken("bare", Set.of(), "by somebody else" + wait);
    checkTaken("id", Set.of(id), "by somebody else" + wait);
    checkTaken(
        "other",
        Set.of(installation + "theirs", id),
        "by another installation of ephemeral (`theirs`)" + wait);
    checkTaken(
        "earlier",
        Set.of(installation + INSTALLATION, Labels.ENVIRONMENT + "=4"),
        "for an earlier one; when that is no more, this removes it: ephemeral doctor --fix");
    checkTaken(
        "garbage",
        Set.of(installation + INSTALLATION, Labels.ENVIRONMENT + "=x"),
        "for an earlier one; when that is no more, this removes it: ephemeral doctor --fix");
  }

  private static Set<String> uids(EnvironmentKey environment) {
    var all =
        kubectl(
            "-n",
            environment.name().value(),
            "get",
            "deploy,rs,pod,svc,netpol,quota,limits,secret,cm,sa",
            "-o",
            "jsonpath={.items[*].metadata.uid}");
    return Set.of(all.split(" "));
  }

  @Test
  @Tag("long")
  void ofANameThatComesBackAtOnceTwentyTimesNothingSurvives() throws Exception {
    var seen = new HashSet<String>();
    for (var id : IntStream.rangeClosed(101, 120).boxed().collect(Collectors.toList())) {
      var environment = environment("back", id);
      assertThat(apply(environment)).isEqualTo(new Outcome.Done("applied in a new namespace"));
      Eventually.eventually("it has a pod", () -> uids(environment).size() > 8);
      var now = uids(environment);
      assertThat(now).noneMatch(seen::contains);
      seen.addAll(now);
      assertThat(
              kubectl(
                  "get",
                  "ns",
                  environment.name().value(),
                  "-o",
                  "jsonpath={.metadata.labels['ephemeral\\.run/environment']}"))
          .isEqualTo(Integer.toString(id));
      assertThat(cluster.perform(environment, new Step.Erase("test")))
          .isEqualTo(new Outcome.Done("its namespace is gone"));
    }
  }
}
