package run.ephemeral.core.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Under which tags an image is looked for.
class ImageTagsTest {
  private static final String COMMIT = "0123456789abcdef";

  private static void check(String image, Map<String, String> facts, String name, String... tags) {
    var order = ImageTags.order(image, COMMIT, facts);
    assertThat(order.image()).isEqualTo(name);
    assertThat(order.tags()).containsExactly(tags);
  }

  @Test
  void thePullRequestComesFirstAndTheDefaultBranchLast() {
    check(
        "acme/web",
        Map.of("number", "7", "branch", "feature/Ü 1", "base", "main"),
        "acme/web",
        "PR-7",
        COMMIT,
        "0123456",
        "feature-1",
        "main");
  }

  @Test
  void aTagMayBeMadeOfThePullRequest() {
    var facts = Map.of("number", "7", "branch", "feature/Ü 1", "base", "main");
    check("acme/web:preview-${pr.number}", facts, "acme/web", "preview-7");
    check("h:5000/web:${pr.branch}-${pr.commit}", facts, "h:5000/web", "feature-1-" + COMMIT);
  }

  @Test
  void aTagOfALongBranchIsCutToWhatATagMayHave() {
    var facts = Map.of("branch", "x".repeat(200));
    check("acme/web:preview-${pr.branch}", facts, "acme/web", "preview-" + "x".repeat(120));
    check("acme/web:${pr.branch}-${pr.commit}", facts, "acme/web", "x".repeat(111) + "-" + COMMIT);
  }

  @Test
  void aTagThatIsTooLongByItselfIsNotCut() {
    var image = "acme/web:" + "x".repeat(129);
    assertThat(ImageTags.order(image, COMMIT, Map.of()).image()).isEqualTo(image);
  }

  @Test
  void theImageOfAForkIsFoundByItsWholeCommitOnly() {
    var facts =
        Map.of("number", "7", "branch", "release", "base", "main", ImageTags.FORK, "mallory");
    check("acme/web", facts, "acme/web", COMMIT, "main");
    assertThat(ImageTags.isMovable("acme/web")).isFalse();
    assertThat(ImageTags.isMovable("redis:7")).isFalse();
    assertThat(ImageTags.isMovable("acme/web:${pr.branch}-${pr.commit}")).isFalse();
    assertThat(ImageTags.isMovable("acme/web:${pr.number}")).isTrue();
    assertThat(ImageTags.isMovable("acme/web:x-${pr.branch}")).isTrue();
  }

  @Test
  void aFolderHasNoPullRequest() {
    check(
        "localhost:5000/web",
        Map.of("number", "0", "branch", "main"),
        "localhost:5000/web",
        COMMIT,
        "0123456",
        "main");
  }

  @Test
  void anImageWithATagHasOnlyThat() {
    check("redis:7", Map.of("number", "7"), "redis", "7");
    check("localhost:5000/acme/web:v1.2-rc", Map.of(), "localhost:5000/acme/web", "v1.2-rc");
  }

  @Test
  void aHostileBranchIsATagOrNone() {
    check(
        "acme/web",
        Map.of("branch", "../../../etc/passwd", "base", "..."),
        "acme/web",
        COMMIT,
        "0123456",
        "etc-passwd");
    var longest = ImageTags.order("acme/web", COMMIT, Map.of("branch", "x".repeat(500)));
    assertThat(longest.tags().getLast()).hasSize(128);
  }
}
