package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.object.Labels;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.TestBed;

/// What is read of a container that writes much.
@EnabledIf("run.ephemeral.testkit.TestBed#hasCluster")
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

  @Test
  void aContainerThatWritesAllTheTimeIsReadPieceByPiece() throws Exception {
    TestBed.pushScript(IMAGE + ":flood", "exec busybox yes 'one of many lines'\n");
    try (var cluster = TestEngine.of(INSTALLATION)) {
      var place = TestNamespace.of(cluster);
      place.apply(TestEngine.web("talkative"), TestEngine.image(IMAGE, "flood"));
      Eventually.eventually("it writes", () -> !logs(place, 1).rest().isEmpty());
      var logs = logs(place, 10);
      assertThat(logs.rest()).hasSize(10).containsOnly("one of many lines");
      var more =
          Eventually.value(
              "it writes more than is read at once",
              () -> Optional.of(logs.rest()).filter(lines -> lines.size() > 5000));
      assertThat(more).hasSize(5001).first().asString().startsWith("(ephemeral: older");
    } finally {
      TestEngine.erase(INSTALLATION);
    }
  }

  @Test
  void theLastWordsOfAContainerThatEndedAreRead() throws Exception {
    var script = "echo begins\nbusybox sleep 4\necho last words\nexit 1\n";
    TestBed.pushScript(IMAGE + ":ends", script);
    try (var cluster = TestEngine.of(INSTALLATION)) {
      var place = TestNamespace.of(cluster);
      place.apply(TestEngine.web("talkative"), TestEngine.image(IMAGE, "ends"));
      var logs = logs(place, 10);
      var all = new ArrayList<String>();
      Eventually.eventually(
          "it has begun twice",
          () -> {
            all.addAll(logs.rest());
            return all.size() > 2;
          });
      assertThat(all).startsWith("begins", "last words", "begins");
    } finally {
      TestEngine.erase(INSTALLATION);
    }
  }

  @Test
  void ofAContainerThatWaitsToBeStartedAnewEachLineIsReadOnce() throws Exception {
    TestBed.pushScript(IMAGE + ":fails", "busybox cat /proc/uptime\nexit 1\n");
    try (var cluster = TestEngine.of(INSTALLATION)) {
      var place = TestNamespace.of(cluster);
      place.apply(TestEngine.web("talkative"), TestEngine.image(IMAGE, "fails"));
      var namespace = place.key().name().value();
      Eventually.eventually(
          "it waits to be started anew",
          () -> TestBed.kubectl("-n", namespace, "get", "pods").contains("CrashLoopBackOff"));
      assertThat(logs(place, 10).rest()).isNotEmpty().doesNotHaveDuplicates();
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
