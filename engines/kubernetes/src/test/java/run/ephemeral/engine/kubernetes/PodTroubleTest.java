package run.ephemeral.engine.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/// Statuses as kubelets write them, of which some are rare on a test bed.
class PodTroubleTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SPEC =
      """
      "spec":{"containers":[{"name":"web","image":"acme/web@sha256:1"}],
      "initContainers":[{"name":"setup","image":"acme/setup"}]}
      """;

  private static void check(String status, String expected) throws JsonProcessingException {
    var pod = JSON.readTree("{%s,\"status\":{%s}}".formatted(SPEC, status.replace('\'', '"')));
    assertThat(PodTrouble.of(pod).orElse("")).isEqualTo(expected);
  }

  private static String web(String state) {
    return "'containerStatuses':[{'name':'web','restartCount':0,'state':{%s}}]".formatted(state);
  }

  private static String setup(String state) {
    return "'initContainerStatuses':[{'name':'setup','restartCount':2,'state':{%s}}]"
        .formatted(state);
  }

  @Test
  void whatStartsHasNoTrouble() throws Exception {
    check("", "");
    check(web("'waiting':{'reason':'ContainerCreating'}"), "");
    check(web("'running':{}"), "");
    check(
        setup("'terminated':{'exitCode':0,'reason':'Completed'}") + "," + web("'running':{}"), "");
  }

  @Test
  void anInitContainerThatFailsSaysItsLog() throws Exception {
    check(
        setup("'terminated':{'exitCode':4,'reason':'Error','message':'no rights'}"),
        "exit 4, started 3 times; the end of its log: no rights");
  }

  @Test
  void anImageThatWantsToRunAsRootIsToldWithoutIds() throws Exception {
    check(
        web(
            "'waiting':{'reason':'CreateContainerConfigError','message':'container has runAsNonRoot"
                + " and image will run as root (pod: x_y(0815), container: web)'}"),
        "its container cannot be made: container has runAsNonRoot and image will run as root");
  }

  @Test
  void anEvictionSaysWhatWasTooMuch() throws Exception {
    check(
        "'phase':'Failed','reason':'Evicted','message':'Usage of EmptyDir volume tmp exceeds the"
            + " limit 1Gi. '",
        "the node stopped it: Usage of EmptyDir volume tmp exceeds the limit 1Gi.");
  }

  @Test
  void aProgramOfAnotherPlatformIsNamedAsOne() throws Exception {
    check(
        web("'terminated':{'exitCode':255,'message':'exec /bin/web: exec format error'}"),
        "exit 255; the end of its log: exec /bin/web: exec format error (its image is for another"
            + " platform than that of the node)");
  }

  @Test
  void onlyTheLastLinesOfALogAreShownWithoutColours() throws Exception {
    check(
        web(
            "'terminated':{'exitCode':1,'message':'a\\n"
                + "b\\n"
                + "c\\n"
                + "d\\n"
                + "\\n"
                + "e\\n"
                + "\\u001b[31mf\\u001b[0m\\n"
                + "'}"),
        "exit 1; the end of its log: b / c / d / e / f");
  }

  @Test
  void aPullThatIsTriedAgainSaysSo() throws Exception {
    check(
        web(
            "'waiting':{'reason':'ImagePullBackOff','message':'Back-off pulling image"
                + " acme/web@sha256:1'}"),
        "its image acme/web@sha256:1 cannot be pulled: the node tries again, more and more slowly");
  }
}
