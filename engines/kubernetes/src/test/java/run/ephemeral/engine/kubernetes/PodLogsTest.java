package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
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

  private final TestEngine cluster;
  private final TestNamespace place;

  PodLogsTest() throws Exception {
    cluster = TestEngine.of(INSTALLATION);
    place = TestNamespace.of(cluster);
  }

  @AfterEach
  void close() {
    cluster.close();
    TestEngine.erase(INSTALLATION);
  }

  /// Applies a service whose container runs this.
  private void run(String tag, String script) throws Exception {
    TestBed.pushScript(IMAGE + ":" + tag, script);
    place.apply(TestEngine.web("talkative"), TestEngine.image(IMAGE, tag));
  }

  @Test
  void ofMoreThanCanBeReadAtOnceTheNewestLinesAreKeptAndALineSaysSo() throws Exception {
    run("1", SCRIPT);
    var read = new List<?>[] {List.of()};
    Eventually.eventually(
        "the newest line is read",
        () -> {
          read[0] = logs(5000).rest();
          return read[0].contains("the newest line");
        });
    assertThat(read[0]).hasSize(2501).last().isEqualTo("the newest line");
    assertThat(read[0].getFirst().toString()).startsWith("(ephemeral: older lines are left out");
    var onlyNew = logs(0);
    assertThat(onlyNew.rest()).isEmpty();
    assertThat(onlyNew.rest()).isEmpty();
  }

  @Test
  void aContainerThatWritesAllTheTimeIsReadPieceByPiece() throws Exception {
    run("flood", "exec busybox yes 'one of many lines'\n");
    Eventually.eventually("it writes", () -> !logs(1).rest().isEmpty());
    var logs = logs(10);
    assertThat(logs.rest()).hasSize(10).containsOnly("one of many lines");
    var more =
        Eventually.value(
            "it writes more than is read at once",
            () -> Optional.of(logs.rest()).filter(lines -> lines.size() > 5000));
    assertThat(more).hasSize(5001).first().asString().startsWith("(ephemeral: older");
  }

  @Test
  void theLastWordsOfAContainerThatEndedAreRead() throws Exception {
    run("ends", "echo begins\nbusybox sleep 4\necho last words\nexit 1\n");
    var logs = logs(10);
    var all = new ArrayList<String>();
    Eventually.eventually(
        "it has begun twice",
        () -> {
          all.addAll(logs.rest());
          return all.size() > 2;
        });
    assertThat(all).startsWith("begins", "last words", "begins");
  }

  @Test
  void ofAContainerThatWaitsToBeStartedAnewEachLineIsReadOnce() throws Exception {
    run("fails", "busybox cat /proc/uptime\nexit 1\n");
    var namespace = place.key().name().value();
    Eventually.eventually(
        "it waits to be started anew",
        () -> TestBed.kubectl("-n", namespace, "get", "pods").contains("CrashLoopBackOff"));
    assertThat(logs(10).rest()).isNotEmpty().doesNotHaveDuplicates();
  }

  private PodLogs logs(int last) {
    return new PodLogs(
        cluster.api, new Labels(INSTALLATION), place.key(), new ComponentName("talkative"), last);
  }
}
