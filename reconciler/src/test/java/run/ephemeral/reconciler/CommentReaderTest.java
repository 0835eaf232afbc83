package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Fault;
import run.ephemeral.core.codehost.CommentCommands.Received;
import run.ephemeral.core.codehost.Conversation.Access;
import run.ephemeral.core.codehost.Conversation.Reaction;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Power;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.reconciler.comment.CommentReader;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.FakeConversation;

/// Commands in comments: carried out once, for people who may, and answered.
class CommentReaderTest {
  private static final PullRequestRef ONE = new PullRequestRef(TalkingHost.REPOSITORY, 1);

  private static final String SOURCE = "http://x/acme/shop";

  @TempDir private Path temporary;
  private final World world = new World();
  private final FakeConversation talk = world.conversation;
  private GitSources sources = new GitSources(Path.of("."));

  @BeforeEach
  void follow() throws InterruptedException {
    sources = new GitSources(temporary.resolve("mirrors"));
    TalkingHost.follow(world.store, SOURCE, Instant.parse("2026-01-01T00:00:00Z"));
    talk.admit("ann", Access.WRITE);
    talk.admit("rita", Access.READ);
    world.createHosted(1, Shop.release("w1", "a1"));
    world.settle();
  }

  @AfterEach
  void close() {
    sources.close();
    world.close();
  }

  /// Of a control plane that was just started.
  private CommentReader reader() {
    return Readers.of(world, new TalkingHost(talk), sources, sources);
  }

  private boolean look() {
    return reader().look(Shop.APP);
  }

  private Environment environment() {
    return world.environments.all().getFirst();
  }

  private Wanted wanted() {
    return environment().wanted();
  }

  /// The last comment, which is ours.
  private String answer() {
    assertThat(talk.seen().getLast()).startsWith("<!-- ephemeral.run answer -->\n");
    return talk.seen().getLast();
  }

  @Test
  void aCommandIsSeenAndCarriedOutAndNeedsNoWords() {
    var comment = talk.say(ONE, "ann", "Not needed today.\n\n@runbot sleep");
    var before = talk.seen().size();
    assertThat(look()).isTrue();
    assertThat(wanted().power()).isEqualTo(Power.OFF);
    assertThat(talk.reactions(comment)).containsExactly(Reaction.EYES, Reaction.DONE);
    assertThat(talk.seen()).hasSize(before);
  }

  @Test
  void theLastLinesOfAServiceAreAnswered() {
    talk.say(ONE, "ann", "@runbot logs api");
    look();
    assertThat(answer()).contains("> `@runbot logs api`", "the end of the log of api");
    talk.say(ONE, "ann", "@runbot logs apo");
    look();
    assertThat(answer())
        .contains("has no service `apo`; there are: api, web.", "Did you mean `api`");
    talk.say(ONE, "rita", "@runbot logs api");
    look();
    assertThat(answer()).contains("only people who may push");
  }

  @Test
  void aTestThatIsNotThereIsSaid() {
    talk.say(ONE, "ann", "@runbot test smoke");
    look();
    assertThat(answer()).contains("has no test `smoke`");
    talk.say(ONE, "ann", "@runbot test");
    look();
    assertThat(answer()).contains("has no tests");
  }

  @Test
  void whatIsNoCommentGetsNoReaction() {
    var asked =
        new Received(ONE, Received.other("rerun", "1"), "ann", List.of("sleep"), Instant.EPOCH);
    var until = Instant.parse("2026-01-01T00:00:00Z");
    world.store.commentCommands().received(Shop.APP, List.of(asked), until);
    talk.fail(
        what ->
            Optional.of(new Fault(Fault.Kind.INTERNAL, what, ""))
                .filter(_ -> what.equals("react")));
    assertThat(look()).isTrue();
    assertThat(wanted().power()).isEqualTo(Power.OFF);
  }

  @Test
  void itIsCarriedOutOnceHoweverOftenItIsRead() {
    talk.say(ONE, "ann", "@runbot extend 2d");
    look();
    var until = wanted().expiresAt();
    look();
    look();
    assertThat(wanted().expiresAt()).isEqualTo(until);
  }

  @Test
  void itIsCarriedOutOnceThoughNobodyCouldBeTold() {
    var fault = new Fault(Fault.Kind.EXTERNAL, "does not answer", "");
    var comment = talk.say(ONE, "ann", "@runbot extend 2d");
    talk.fail(what -> what.equals("react") ? Optional.of(fault) : Optional.empty());
    assertThat(look()).isFalse();
    var until = wanted().expiresAt();
    talk.fail(what -> Optional.empty());
    assertThat(look()).isTrue();
    assertThat(wanted().expiresAt()).isEqualTo(until);
    assertThat(talk.reactions(comment)).contains(Reaction.DONE);
  }

  @Test
  void itWaitsWhileTheHostDoesNotSayWhoMay() {
    var fault = new Fault(Fault.Kind.EXTERNAL, "does not answer", "");
    talk.say(ONE, "ann", "@runbot sleep");
    talk.fail(what -> what.equals("access") ? Optional.of(fault) : Optional.empty());
    assertThat(look()).isFalse();
    talk.fail(what -> Optional.empty());
    assertThat(look()).isTrue();
    assertThat(wanted().power()).isEqualTo(Power.OFF);
  }

  @Test
  void twoControlPlanesAnswerOnce() {
    talk.say(ONE, "ann", "@runbot wkae");
    var isNested = new AtomicBoolean();
    talk.fail(
        what -> {
          if (what.equals("answer") && isNested.compareAndSet(false, true)) {
            look();
          }
          return Optional.empty();
        });
    look();
    assertThat(talk.seen()).filteredOn(text -> text.contains("> `@runbot wkae`")).hasSize(1);
  }

  @Test
  void strangeLettersAreAnsweredToo() {
    for (var text : List.of("\u0130", "sl\u0000eep", "x".repeat(199) + "\ud83d\ude42 more")) {
      talk.say(ONE, "ann", "@runbot " + text);
      look();
      assertThat(answer()).contains("is not a command");
    }
    talk.say(ONE, "ann", "@runbot sleep");
    look();
    assertThat(wanted().power()).isEqualTo(Power.OFF);
  }

  @Test
  void theAccountsOwnNameIsTheBotToo() {
    talk.say(ONE, "ann", "@robot sleep");
    look();
    assertThat(wanted().power()).isEqualTo(Power.OFF);
  }

  @Test
  void moreCommandsThanAreReadAreSaid() {
    talk.say(ONE, "ann", "@runbot pin\n".repeat(7));
    look();
    assertThat(answer()).contains("Only the first 5 commands", "Done: `pin`, `pin`");
  }

  @Test
  void aHostThatIsAwayIsReadLater() {
    talk.say(ONE, "ann", "@runbot sleep");
    talk.fail(what -> Optional.of(new Fault(Fault.Kind.EXTERNAL, "does not answer", "")));
    assertThat(look()).isFalse();
    assertThat(wanted().power()).isEqualTo(Power.ON);
    talk.fail(what -> Optional.empty());
    assertThat(look()).isTrue();
    assertThat(wanted().power()).isEqualTo(Power.OFF);
  }

  @Test
  void whoMayOnlyReadChangesNothingAndIsToldSo() {
    for (var person : List.of("rita", "stranger")) {
      talk.say(ONE, person, "@runbot destroy");
      look();
      assertThat(wanted().removal()).isEmpty();
      assertThat(answer())
          .contains("> `@runbot destroy`", "only people who may push to acme/shop")
          .contains(person + " may not");
    }
  }

  @Test
  void aPermissionThatCannotBeAskedForAllowsNothing() {
    talk.fail(
        what -> what.equals("access") ? Optional.of(Fault.user("no admin")) : Optional.empty());
    talk.say(ONE, "ann", "@runbot destroy");
    look();
    assertThat(wanted().removal()).isEmpty();
    assertThat(answer()).contains("no admin");
  }

  @Test
  void aWrongCommandIsAnsweredWithTheNearestOne() {
    talk.say(ONE, "ann", "@runbot wkae");
    look();
    assertThat(answer()).contains("wkae", "Did you mean", "wake");
    talk.say(ONE, "rita", "@runbot statsu");
    look();
    assertThat(answer()).contains("Did you mean", "status");
    talk.say(ONE, "ann", "@runbot extend tomorrow");
    look();
    assertThat(answer()).contains("is not a span of time");
  }

  @Test
  void anybodyMayAsk() {
    talk.say(ONE, "stranger", "@runbot status");
    look();
    assertThat(answer()).contains("pr-shop-1: ready", "http://pr-shop-1.localhost:8080");
    talk.say(ONE, "stranger", "@runbot");
    look();
    assertThat(answer()).contains("`@runbot extend 2d`");
  }

  @Test
  void whatIsWrittenByStrangersMentionsNobody() {
    talk.say(ONE, "stranger", "@runbot `@everyone` <img src=x> [x](http://evil.example)");
    look();
    assertThat(answer().lines().skip(3).toList().toString())
        .contains("`@everyone`")
        .doesNotContain(" <img", "[x](");
  }

  @Test
  void severalCommandsOfOneCommentAreCarriedOutInOrder() {
    talk.say(ONE, "ann", "@runbot pin\n@runbot nonsense\n@runbot sleep");
    look();
    assertThat(wanted().expiresAt()).isEmpty();
    assertThat(wanted().power()).isEqualTo(Power.OFF);
    assertThat(answer()).contains("> `@runbot nonsense`").contains("Done: `pin`, `sleep`.");
  }

  @Test
  void anEditedCommentIsNoCommand() {
    var comment = talk.say(ONE, "ann", "fine");
    look();
    talk.edit(comment, "@runbot destroy");
    look();
    assertThat(wanted().removal()).isEmpty();
  }

  @Test
  void aCommentOfBeforeTheAppWasAddedIsNoCommand() {
    world.store.apps().remove(Shop.APP);
    TalkingHost.follow(world.store, SOURCE, Instant.parse("2027-01-01T00:00:00Z"));
    talk.say(ONE, "ann", "@runbot destroy");
    look();
    assertThat(wanted().removal()).isEmpty();
  }

  @Test
  void aPullRequestWithoutEnvironmentIsToldWhy() {
    talk.say(new PullRequestRef(TalkingHost.REPOSITORY, 7), "ann", "@runbot wake");
    look();
    assertThat(answer()).contains("this pull request has no environment: it is not open");
  }

  @Test
  void anEnvironmentThatIsRemovedIsToldLikeAnywhere() {
    world.environments.want(environment().id(), wanted -> wanted.removed("somebody destroyed it"));
    talk.say(ONE, "ann", "@runbot wake");
    look();
    assertThat(answer()).contains("is being removed");
  }
}
