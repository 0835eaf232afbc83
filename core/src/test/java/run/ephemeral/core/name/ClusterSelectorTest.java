package run.ephemeral.core.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterSelectorTest {
  private static final ClusterName EAST = new ClusterName("east");
  private static final Map<String, String> LABELS = Map.of("region", "eu", "size", "large");

  private static void check(String text, boolean expected) {
    var selector = ClusterSelector.parse(text);
    assertThat(selector.matches(EAST, LABELS)).as(text).isEqualTo(expected);
    assertThat(ClusterSelector.parse(selector.toString())).isEqualTo(selector);
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> ClusterSelector.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aNameSelectsTheClusterOfThatName() {
    check("east", true);
    check("west", false);
  }

  @Test
  void labelsSelectTheClustersThatHaveAllOfThem() {
    check("region=eu", true);
    check("size=large,region=eu", true);
    check("region=us", false);
    check("region=eu,gpu=", false);
  }

  @Test
  void whatSelectsNothingIsRefused() {
    refused("", "`` is not the name of a cluster");
    refused("East", "`East` is not the name of a cluster");
    refused("region=eu,", "write a name, or labels such as region=eu,size=large");
    refused("a=b,a=c", "`a=b,a=c` names the label `a` twice");
    refused("=eu", "`` is not the key of a label");
    refused("region=e u", "`e u` is not the value of the label `region`");
    refused("region=" + "x".repeat(64), "the value of the label `region` has 64 characters");
    refused("x".repeat(5000) + "=eu", "has 5000 characters, and at most 63 are possible");
  }

  @Test
  void labelsOfOurObjectsAreNotGivenToClusters() {
    ClusterSelector.checkFree("region");
    assertThatThrownBy(() -> ClusterSelector.checkFree("ephemeral.run/app"))
        .hasMessageContaining("`ephemeral.run/app` is not for clusters");
  }

  @Test
  void onlyTheNameOfThisMachineIsHere() {
    assertThat(ClusterSelector.parse("local").isHere()).isTrue();
    assertThat(ClusterSelector.parse("east").isHere()).isFalse();
    assertThat(ClusterSelector.parse("region=eu").isHere()).isFalse();
  }
}
