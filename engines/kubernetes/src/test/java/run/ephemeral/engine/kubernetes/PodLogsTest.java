package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.object.Labels;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestBed;

/// What is read of a container that writes much.
@EnabledIf("run.ephemeral.testkit.TestBed#isUp")
class PodLogsTest {
  private static final String INSTALLATION = TestEngine.installation();
  private static final String IMAGE = TestBed.REGISTRY + "/testbed/talkative";

  /// 9 MB, which is less than the size at which the kubelet begins another file.
  private static final String SCRIPT =
      """
      line=$(busybox head -c 2000 /dev/zero | busybox tr '\\0' x)
      busybox yes "$line" | busybox head -n 4500
      echo the newest line
      exec busybox sleep 1000
      """;

  @Test
  void ofMoreThanCanBeReadAtOnceTheNewestLinesAreKeptAndALineSaysSo() throws Exception {
    TestBed.pushScript(IMAGE + ":1", SCRIPT);
    try (var cluster = TestEngine.of(INSTALLATION)) {
      var place = TestNamespace.of(cluster);
      var service = TestEngine.web("talkative");
      place.apply(service, TestEngine.image(IMAGE, "1"));
      var read = new List<?>[] {List.of()};
      Eventually.eventually(
          "the newest line is read",
          () -> {
            read[0] = logs(place, 5000).rest();
            return read[0].contains("the newest line");
          });
      assertThat(read[0]).hasSize(2501).last().isEqualTo("the newest line");
      assertThat(read[0].getFirst().toString()).startsWith("(ephemeral: older lines are left out");
      var onlyNew = logs(place, 0);
      assertThat(onlyNew.rest()).isEmpty();
      assertThat(onlyNew.rest()).isEmpty();
    } finally {
      TestEngine.erase(INSTALLATION);
    }
  }

  private static PodLogs logs(TestNamespace place, int last) {
    return new PodLogs(
        place.cluster().api,
        new Labels(INSTALLATION),
        place.key(),
        new ComponentName("talkative"),
        last);
  }
}
