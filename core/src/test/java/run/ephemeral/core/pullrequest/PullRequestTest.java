package run.ephemeral.core.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.pullrequest.Admission.Change;
import run.ephemeral.core.spec.AppName;

class PullRequestTest {
  private static final RepositoryName SHOP = RepositoryName.git(new AppName("shop"));
  private static final PullRequestRef SEVEN = new PullRequestRef(SHOP, 7);
  private static final PullRequest PULL_REQUEST =
      new PullRequest(
          SEVEN,
          new Head("c1", "topic", Optional.of("main")),
          new Facts("Title", "ann", Set.of(), false),
          new Trust.Own());

  @Test
  void itIsKnownByItsRepositoryAndNumber() {
    assertThat(SHOP).isEqualTo(new RepositoryName("git", "shop"));
    assertThat(SEVEN).hasToString("git/shop#7");
    assertThat(PULL_REQUEST.number()).isEqualTo(7);
    assertThat(List.of(PULL_REQUEST.branch(), PULL_REQUEST.commit(), PULL_REQUEST.title()))
        .containsExactly("topic", "c1", "Title");
  }

  @Test
  void aNameThatNoHostHasIsRefused() {
    for (var host : List.of("", "Git", ".git", "git:", "git:x", "git/x", "g".repeat(256))) {
      assertThatThrownBy(() -> new RepositoryName(host, "shop"))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (var path : List.of("", " ", "a".repeat(256))) {
      assertThatThrownBy(() -> new RepositoryName("git", path))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void everyChangeSaysWhichPullRequestItIsAbout() {
    for (var change :
        List.of(
            new Change.Create(PULL_REQUEST, true),
            new Change.Update(PULL_REQUEST),
            new Change.Note(PULL_REQUEST),
            new Change.Remove(SEVEN, "closed"),
            new Change.Wait(PULL_REQUEST))) {
      assertThat(change.ref()).isEqualTo(SEVEN);
    }
  }
}
