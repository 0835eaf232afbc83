package run.ephemeral.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.core.Fault;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.Conversation.Access;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Placement;
import run.ephemeral.core.pullrequest.Approval;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.pullrequest.Trust;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Components;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.source.GitSources;
import run.ephemeral.testkit.Git;

/// Nothing of a commit of a fork is read or run before somebody who may approved that commit, and
/// never where engines do not keep it apart.
class ForksTest {
  private static final String FILE =
      "app: shop\nservices: { web: { image: acme/web, port: 80 } }\n";
  private static final String EVIL = FILE.replace("acme", "evil");

  @TempDir private Path temporary;
  private Optional<World> made = Optional.empty();
  private Git git = new Git(Path.of("."));
  private GitSources mirrors = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(mirrors);
  private CountedSources sources = new CountedSources(mirrors);
  private String base = "main";
  private PullRequestRef ref = new PullRequestRef(TalkingHost.REPOSITORY, 1);

  private void follow(EngineKind engine) {
    follow(engine, FILE);
  }

  private void follow(EngineKind engine, String file) {
    var world = new World(engine);
    made = Optional.of(world);
    git = Git.init(temporary.resolve("shop"));
    git.write("ephemeral.yaml", file).commit("First");
    mirrors = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(mirrors);
    sources = new CountedSources(mirrors);
    TalkingHost.follow(world.store, git.folder().toString(), Instant.EPOCH);
    world.conversation.admit("ann", Access.WRITE);
    world.conversation.admit("rita", Access.READ);
  }

  private World world() {
    return made.orElseThrow();
  }

  @AfterEach
  void close() {
    mirrors.close();
    world().close();
  }

  /// Real git, whose pull requests are those of a fork.
  private final class Host implements CodeHost {
    @Override
    public Optional<Located> locate(String text) {
      return Optional.empty();
    }

    @Override
    public Seen look(App app) {
      var found = host.look(app);
      var bases = Map.of("legacy", found.defaultCommit());
      var seen =
          new Seen(
              found.defaultBranch(),
              found.defaultCommit(),
              found.open(),
              bases,
              Set.of(),
              Optional.empty());
      return seen.with(
          seen.open().stream()
              .map(
                  known -> {
                    ref = new PullRequestRef(app.repository(), known.number());
                    var head = new Head(known.commit(), known.branch(), Optional.of(base));
                    return new PullRequest(ref, head, known.facts(), new Trust.Fork("eve"));
                  })
              .filter(known -> known.branch().equals("topic"))
              .toList());
    }

    @Override
    public boolean changed(App app) {
      return host.changed(app);
    }

    @Override
    public Optional<Conversation> conversation(RepositoryName repository) {
      return Optional.of(world().conversation);
    }

    @Override
    public void forget(App app) {
      host.forget(app);
    }
  }

  private void look() {
    world().follower(new Host(), Readers.releases(sources)).look(Shop.APP);
    Readers.of(world(), new Host(), mirrors, sources).read(Shop.APP);
  }

  /// What the control plane answers a comment.
  private String said(String person, String text) {
    var before = world().conversation.seen(ref).size();
    var id = world().conversation.say(ref, person, text);
    Readers.of(world(), new Host(), mirrors, sources).read(Shop.APP);
    var seen = world().conversation.seen(ref);
    return seen.size() == before + 1
        ? world().conversation.reactions(id).toString()
        : seen.getLast();
  }

  private String open() {
    return push(EVIL);
  }

  private String push(String file) {
    git.run("checkout", "-q", "-B", "topic");
    git.write("ephemeral.yaml", file).write("page", file + Math.random()).commit("More");
    git.run("checkout", "-q", "main");
    return git.run("rev-parse", "topic");
  }

  private Optional<Release> release() {
    return world().environments.all().stream()
        .map(Environment::wanted)
        .flatMap(wanted -> wanted.release().stream())
        .findFirst();
  }

  private String runs() {
    return release().map(Release::commit).orElse("nothing");
  }

  private List<String> comments() {
    return world().conversation.seen(ref);
  }

  @Test
  void aForkThatNobodyApprovedIsNeitherReadNorRunAndIsToldHow() {
    follow(EngineKind.KUBERNETES);
    var commit = open();
    look();
    assertThat(runs()).isEqualTo("nothing");
    assertThat(sources.read()).doesNotContain(commit);
    assertThat(comments())
        .singleElement()
        .asString()
        .contains("comes from a fork", "@runbot approve " + commit, "compare/main..." + commit);
    look();
    assertThat(comments()).hasSize(1);
  }

  @Test
  void whoMayPushApprovesACommitAndOnlyThatRunsByTheFileOfTheTargetBranch() {
    follow(EngineKind.KUBERNETES);
    var approved = open();
    look();
    assertThat(said("ann", "@runbot approve " + approved)).isEqualTo("[EYES, DONE]");
    assertThat(runs()).isEqualTo(approved);
    assertThat(sources.read()).doesNotContain(approved);
    var order = (ArtifactOrder.Pulled) images().getFirst();
    assertThat(order.image()).isEqualTo("acme/web");
    assertThat(order.tags())
        .as("a push of a stranger moves none")
        .containsExactly(approved, "main");

    var newer = push(EVIL + "start: { on: command }\n");
    look();
    assertThat(runs()).isEqualTo(approved);
    assertThat(sources.read()).doesNotContain(newer);
    assertThat(said("ann", "@runbot approve " + approved))
        .contains("not the newest commit", "@runbot approve " + newer);
    assertThat(runs()).isEqualTo(approved);

    assertThat(said("ann", "@runbot approve " + newer)).isEqualTo("[EYES, DONE]");
    assertThat(runs()).isEqualTo(newer);

    git.run("branch", "-f", "topic", approved);
    look();
    assertThat(runs()).as("it stays approved").isEqualTo(approved);
  }

  private List<ArtifactOrder> images() {
    return Components.fitting(release().orElseThrow(), EngineKind.KUBERNETES).artifacts().stream()
        .toList();
  }

  @Test
  void whoMayNotPushApprovesNothing() {
    follow(EngineKind.KUBERNETES);
    var commit = open();
    look();
    assertThat(said("rita", "@runbot approve " + commit)).contains("only people who may push");
    assertThat(said("eve", "@runbot approve " + commit)).contains("only people who may push");
    world().conversation.approve(ref, "rita", commit, "@runbot approve");
    look();
    assertThat(comments().getLast()).contains("only people who may push");
    assertThat(runs()).isEqualTo("nothing");
  }

  @Test
  void theWholeCommitHasToBeGiven() {
    follow(EngineKind.KUBERNETES);
    var commit = open();
    look();
    var line = "@runbot approve " + commit;
    assertThat(said("ann", "@runbot approve")).contains("Nothing is approved yet", line);
    assertThat(said("ann", "@runbot approve " + commit.substring(0, 12)))
        .contains("The whole name of a commit is needed", line);
    assertThat(said("ann", "@runbot approve this, please")).contains("is needed", line);
    assertThat(said("ann", "@runbot approve " + "0".repeat(40))).contains("not the newest", line);
    assertThat(runs()).isEqualTo("nothing");
  }

  @Test
  void anApprovingReviewOfTheNewestCommitThatSaysSoApprovesIt() {
    follow(EngineKind.KUBERNETES);
    var old = open();
    var commit = push(EVIL);
    look();
    world().conversation.approve(ref, "ann", commit, "Fine.");
    look();
    assertThat(runs()).as("it says nothing of that").isEqualTo("nothing");
    world().conversation.approve(ref, "ann", old, "@runbot approve");
    world().conversation.approve(ref, "ann", commit, "@runbot approve " + old);
    look();
    assertThat(runs()).isEqualTo("nothing");
    world().conversation.approve(ref, "ann", commit, "Fine.\n\n@runbot approve");
    look();
    assertThat(runs()).isEqualTo(commit);
    var count = comments().size();
    look();
    assertThat(comments()).hasSize(count);
  }

  @Test
  void anApprovalIsForOneTargetBranch() {
    follow(EngineKind.KUBERNETES);
    git.branch("legacy", "Old");
    var commit = open();
    look();
    said("ann", "@runbot approve " + commit);
    var approved = release();
    assertThat(approved).isPresent();
    base = "legacy";
    look();
    assertThat(release()).as("the approved one runs on").isEqualTo(approved);
    var origin = world().environments.all().getFirst().origin();
    assertThat(origin.told().orElseThrow().isTrusted()).isFalse();
  }

  @Test
  void whatIsWrongInTheTargetBranchIsMendedThere() {
    follow(EngineKind.KUBERNETES, FILE.replace("acme/web", "'acme/web:pr-${pr.number}'"));
    var commit = open();
    look();
    said("ann", "@runbot approve " + commit);
    assertThat(runs()).isEqualTo("nothing");
    git.write("ephemeral.yaml", FILE).commit("Mended");
    look();
    assertThat(runs()).isEqualTo(commit);
  }

  @Test
  void theNoticeComesBackAfterTheReportOfTheEnvironment() throws Exception {
    follow(EngineKind.KUBERNETES);
    var commit = open();
    look();
    said("ann", "@runbot approve " + commit);
    var newer = push(EVIL);
    look();
    var one = world().environments.all().getFirst();
    world().environments.want(one.id(), wanted -> wanted.removed("it expired"));
    look();
    assertThat(comments()).noneMatch(text -> text.contains(newer));
    world().settle();
    look();
    assertThat(comments()).filteredOn(text -> text.contains(newer)).hasSize(1);
  }

  @Test
  void aHostThatCannotBeAskedForReviewsKeepsNoCommandFromBeingCarriedOut() {
    follow(EngineKind.KUBERNETES);
    var commit = open();
    look();
    world()
        .conversation
        .fail(
            what ->
                Optional.of(new Fault(Fault.Kind.EXTERNAL, "away", ""))
                    .filter(_ -> what.equals("approvals")));
    assertThat(said("ann", "@runbot approve " + commit)).isEqualTo("[EYES, DONE]");
  }

  @Test
  void processesNeverRunAFork() {
    follow(EngineKind.PROCESS, FILE.replace("image: acme/web", "run: ./run"));
    var commit = open();
    look();
    assertThat(comments())
        .singleElement()
        .asString()
        .contains("do not keep code of strangers apart");
    assertThat(said("ann", "@runbot approve " + commit)).contains("of strangers");
    world().store.apps().approve(Shop.APP, ref, new Approval(commit, "main", "ann"));
    look();
    assertThat(runs()).isEqualTo("nothing");
  }

  @Test
  void anEnvironmentOfAForkIsPlacedOnNoMachineThatDoesNotKeepItApart() throws Exception {
    follow(EngineKind.KUBERNETES);
    open();
    look();
    said("ann", "@runbot approve " + git.run("rev-parse", "topic"));
    var approved = world().environments.all().getFirst();
    try (var processes = new World(EngineKind.PROCESS)) {
      var name = approved.name();
      var id =
          processes
              .environments
              .create(name, Shop.APP, approved.origin(), approved.wanted())
              .orElseThrow()
              .id();
      processes.settle();
      var placed = processes.environments.find(id).orElseThrow().placement();
      assertThat(placed).isInstanceOf(Placement.Nowhere.class);
    }
  }

  @Test
  void whatWasPlacedBeforeItWasOfAForkIsStillRemoved() throws Exception {
    follow(EngineKind.PROCESS, FILE.replace("image: acme/web", "run: ./run"));
    var one = world().createHosted(1, Shop.release("w1", "a1"));
    world().settle();
    var lead = one.origin().told().orElseThrow().with(new Trust.Fork("eve"));
    world()
        .environments
        .want(one.id(), new Origin.OfPullRequests(lead), wanted -> wanted.removed("closed"));
    world().settle();
    assertThat(world().environments.all()).isEmpty();
  }

  @Test
  void anImageThatAPushCouldExchangeIsRefused() {
    follow(EngineKind.KUBERNETES, FILE.replace("acme/web", "'acme/web:pr-${pr.number}'"));
    var commit = open();
    look();
    said("ann", "@runbot approve " + commit);
    var fault = world().environments.all().getFirst().wanted().fault();
    assertThat(fault.orElseThrow().message()).contains("could exchange the image of `web`");
  }

  @Test
  void aForkThatIsLeftOutIsToldNothing() {
    follow(EngineKind.KUBERNETES, FILE + "start: { label: preview }\n");
    open();
    look();
    assertThat(comments()).isEmpty();
  }
}
