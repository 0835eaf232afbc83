package run.ephemeral.reconciler;

import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Fault;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.artifact.Pushes;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.Sources;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.reconciler.comment.ApproveCommand;
import run.ephemeral.reconciler.comment.CommentHandler;
import run.ephemeral.reconciler.comment.CommentReader;
import run.ephemeral.reconciler.comment.Reviews;
import run.ephemeral.source.GitSources;
import run.ephemeral.specfile.YamlSpecReader;

/// Makes the reader of comments of a control plane.
final class Readers {
  private static final String BOT = "runbot";

  private Readers() {}

  static Releases releases(Sources sources) {
    var reader = new YamlSpecReader(() -> Set.of(EngineKind.PROCESS, EngineKind.KUBERNETES));
    return new Releases(sources, reader, Limits.DEFAULT);
  }

  /// @param read the same as `mirrors`, possibly watched by the test
  static CommentReader of(World world, CodeHost host, GitSources mirrors, Sources read) {
    var apps = world.store.apps();
    var releases = releases(read);
    var room = new Room(world.environments, Limits.DEFAULT);
    var followers =
        new Followers(apps, host, world.follower(host, releases), app -> Followers.Read.ALL);
    var locks = new KeyedLocks<Mirror>();
    var approvals = world.approvals();
    var following =
        new Following(
            world.environments,
            apps,
            host,
            releases,
            followers,
            locks,
            room,
            approvals,
            world.clock);
    var trees =
        new WorkingTrees(
            world.environments,
            world.events,
            mirrors,
            locks,
            releases,
            room,
            world.reconciler.effects.engines(),
            world.clock);
    var commands =
        new CommandHandler(
            world.environments, apps, world.events, trees, new NoPushes(), world.clock);
    var domain = new Domain("http", "localhost", 8080);
    var handler =
        new CommentHandler(
            commands,
            following,
            new ApproveCommand(apps, host, approvals, following, BOT),
            world.logs(),
            world.reconciler,
            () -> domain,
            Sentences.ENGLISH,
            BOT);
    var reviews = new Reviews(apps, approvals);
    var table = world.store.commentCommands();
    return new CommentReader(apps, host, table, handler, reviews, world.notices(host), BOT);
  }

  private static final class NoPushes implements Pushes {
    @Override
    public void pushed(String image) {}

    @Override
    public Optional<Fault> look(Set<ArtifactOrder> orders) {
      return Optional.empty();
    }
  }
}
