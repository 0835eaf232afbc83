package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.Label;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.testkit.TestBed;

/// Names and texts that strangers choose, as a cluster takes them.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
class NamesTest {
  private static final List<String> REPOSITORIES =
      List.of(
          "Foo.Bar_baz",
          "foo-bar-baz",
          "foo.bar.baz",
          "FOO-BAR-BAZ",
          "x".repeat(80),
          "x".repeat(81),
          "-----",
          "---",
          "💥",
          "../../x",
          "..",
          "kube-system",
          "0815");

  @Test
  void everyRepositoryHasANamespaceOfItsOwnThatTheClusterTakes() {
    var names = new HashSet<String>();
    for (var repository : REPOSITORIES) {
      var label = Label.of(repository, 30);
      var name = EnvironmentName.of(label, 7).value();
      assertThat(names.add(name)).as("%s is unique", name).isTrue();
      assertThat(TestBed.kubectl("create", "ns", name, "--dry-run=server", "-o", "name").strip())
          .isEqualTo("namespace/" + name);
    }
  }

  /// Kubernetes would put the values of other variables into `$(PORT)`.
  @Test
  void aTitleReachesTheContainerAsItWasWritten() throws Exception {
    var title = "$(PORT) $$(PORT) $HOME `id` ';\"\\ 💥\n../../x: {a} # b";
    var service =
        new Component.Container(
            new ComponentName("web"),
            new ArtifactOrder.Pulled(TestBed.WEB, List.of("1")),
            Optional.of(8080),
            Map.of("TITLE", title),
            ResourcesSpec.DEFAULT,
            new Probe(Optional.empty(), Duration.ofSeconds(60)),
            0,
            Set.of());
    var installation = TestEngine.installation();
    try (var cluster = TestEngine.of(installation)) {
      var place = TestNamespace.of(cluster);
      place.serve(service, TestEngine.image(TestBed.WEB, "1"));
      assertThat(place.kubectl("exec", "deploy/web", "--", "sh", "-c", "printf %s \"$TITLE\""))
          .isEqualTo(title);
    } finally {
      TestEngine.erase(installation);
    }
  }
}
