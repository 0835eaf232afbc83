package run.ephemeral.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.Conversation.Access;
import run.ephemeral.core.codehost.Conversation.Comment;
import run.ephemeral.core.codehost.Conversation.Reaction;
import run.ephemeral.core.codehost.Conversation.Review;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.report.Status;

/// What every code host promises where people talk about pull requests. One pull request is open,
/// without comments of people.
public abstract class ConversationContract {
  private static final String MARKER = "<!-- ephemeral.run test shop -->";

  /// Those who talk there.
  public interface People {
    /// Who may push to the repository.
    String member();

    /// Who may only read it.
    String reader();

    /// @return the id of the comment
    String say(String person, String text);

    /// A review of the newest commit by [#reader].
    ///
    /// @return its id
    String review(boolean approves, String text);

    void edit(String comment, String text);

    void delete(String comment);

    /// The comments that are seen, in order.
    List<String> seen();

    /// The reactions to a comment, in the words of the host.
    List<String> reactions(String comment);

    /// The state of each status of a commit.
    Map<String, Status.State> statuses(String commit);
  }

  protected abstract Conversation conversation();

  protected abstract People people();

  protected abstract App app();

  protected abstract PullRequestRef pullRequest();

  protected abstract String commit();

  /// Before the first comment.
  protected Instant start() {
    return Instant.now().minusSeconds(3600);
  }

  private String write(Optional<String> known, String text) {
    return conversation().comment(pullRequest(), known, MARKER, MARKER + "\n" + text);
  }

  private List<Comment> read() {
    return conversation().comments(app(), start()).comments();
  }

  @Test
  void thereIsOneCommentHoweverOftenItIsWritten() {
    var first = write(Optional.empty(), "one");
    assertThat(write(Optional.of(first), "two")).isEqualTo(first);
    // The id was lost in a crash.
    assertThat(write(Optional.empty(), "three")).isEqualTo(first);
    assertThat(people().seen()).containsExactly(MARKER + "\nthree");
  }

  @Test
  void aDeletedCommentComesBack() {
    var first = write(Optional.empty(), "one");
    people().delete(first);
    var second = write(Optional.of(first), "two");
    assertThat(second).isNotEqualTo(first);
    assertThat(people().seen()).containsExactly(MARKER + "\ntwo");
  }

  @Test
  void aCommentOfAnotherWithTheMarkerIsNotOurs() {
    people().say(people().member(), MARKER + "\npasted");
    write(Optional.empty(), "ours");
    assertThat(people().seen()).containsExactlyInAnyOrder(MARKER + "\npasted", MARKER + "\nours");
  }

  @Test
  void commentsOfPeopleAreReadInOrderAndOursAreNot() {
    write(Optional.empty(), "ours");
    conversation().answer(pullRequest(), "an answer");
    var one = people().say(people().reader(), "@runbot sleep");
    var two = people().say(people().member(), "fine 🙂\n\n> quoted");
    assertThat(read()).extracting(Comment::id).containsExactly(one, two);
    var first = read().getFirst();
    assertThat(first.author()).isEqualTo(people().reader());
    assertThat(first.text()).isEqualTo("@runbot sleep");
    assertThat(first.pullRequest()).isEqualTo(pullRequest());
    assertThat(first.edited()).isFalse();
    assertThat(read().getLast().text()).isEqualTo("fine 🙂\n\n> quoted");
    var later = first.at().plusSeconds(3600);
    assertThat(conversation().comments(app(), later).comments()).isEmpty();
    var all = conversation().comments(app(), first.at());
    assertThat(all.comments()).hasSize(2);
    assertThat(all.isAll()).isTrue();
    assertThat(all.until()).isAfterOrEqualTo(read().getLast().at().minusSeconds(1));
  }

  /// Hosts that tell times in seconds see only a later edit.
  @Test
  void anEditedCommentSaysSo() {
    var one = people().say(people().reader(), "@runbot sleep");
    var edits = new AtomicInteger();
    Eventually.eventually(
        "it is edited",
        () -> {
          people().edit(one, "@runbot destroy " + edits.incrementAndGet());
          return read().getFirst().edited();
        });
    assertThat(read().getFirst().id()).isEqualTo(one);
    assertThat(read().getFirst().text()).isEqualTo("@runbot destroy " + edits.get());
    var another = people().say(people().reader(), "later");
    assertThat(read()).extracting(Comment::id).containsExactly(one, another);
  }

  private List<Review> approvals() {
    return conversation().approvals(Set.of(pullRequest()), start()).reviews();
  }

  @Test
  void approvingReviewsAreReadAndNoOthers() {
    people().review(false, "Not yet.");
    assertThat(approvals()).isEmpty();
    var id = people().review(true, "Fine.\n\n@runbot approve");
    assertThat(approvals())
        .singleElement()
        .satisfies(
            review -> {
              assertThat(review.id()).isEqualTo(id);
              assertThat(review.author()).isEqualTo(people().reader());
              assertThat(review.commit()).isEqualTo(commit());
              assertThat(review.text()).isEqualTo("Fine.\n\n@runbot approve");
              assertThat(review.at()).isAfter(start());
              assertThat(review.pullRequest()).isEqualTo(pullRequest());
            });
    var later = approvals().getFirst().at().plusSeconds(3600);
    assertThat(conversation().approvals(Set.of(pullRequest()), later).reviews()).isEmpty();
  }

  @Test
  void aReactionIsThereOnce() {
    var one = people().say(people().member(), "@runbot sleep");
    conversation().react(pullRequest(), one, Reaction.EYES);
    conversation().react(pullRequest(), one, Reaction.EYES);
    conversation().react(pullRequest(), one, Reaction.DONE);
    assertThat(people().reactions(one)).hasSize(2).doesNotHaveDuplicates();
    assertThat(read().getFirst().edited()).isFalse();
  }

  @Test
  void theLastStatusOfANameCounts() {
    set("ephemeral/shop", Status.State.PENDING);
    set("ephemeral/shop/smoke", Status.State.FAILURE);
    set("ephemeral/shop", Status.State.SUCCESS);
    assertThat(people().statuses(commit()))
        .containsEntry("ephemeral/shop", Status.State.SUCCESS)
        .containsEntry("ephemeral/shop/smoke", Status.State.FAILURE);
  }

  private void set(String name, Status.State state) {
    var url = Optional.of("http://pr-shop-1.localhost:8080");
    var status = new Status(name, state, "every service answers", url);
    conversation().status(pullRequest().repository(), commit(), status);
  }

  @Test
  void onlyWhoMayPushHasAccessToWrite() {
    var repository = pullRequest().repository();
    assertThat(conversation().access(repository, people().member())).isEqualTo(Access.WRITE);
    assertThat(conversation().access(repository, people().reader())).isEqualTo(Access.READ);
    assertThat(conversation().access(repository, "nobody-at-all")).isEqualTo(Access.NONE);
  }
}
