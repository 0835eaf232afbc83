package run.ephemeral.server;

import java.util.Optional;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CodeHost.Pipeline;
import run.ephemeral.core.command.Command;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.Nearest;
import run.ephemeral.reconciler.CommandHandler;
import run.ephemeral.reconciler.Following;

/// What pipelines of a followed repository may do: ask for the environments of its pull requests,
/// have them made, and destroy them. They show the token that their code host issued to them, and
/// need no secret.
public final class Pipelines {
  private final ConnectedCodeHosts codeHosts;
  private final Apps apps;
  private final Following following;
  private final CommandHandler commands;
  private final String url;

  /// @param url of this control plane, for which tokens have to be issued
  Pipelines(
      ConnectedCodeHosts codeHosts,
      Apps apps,
      Following following,
      CommandHandler commands,
      String url) {
    this.codeHosts = codeHosts;
    this.apps = apps;
    this.following = following;
    this.commands = commands;
    this.url = url;
  }

  /// The token is not valid.
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(FaultException why) {
      super(why.fault().message(), why);
    }
  }

  /// Where a pull request stands.
  ///
  /// @param note why it has no environment
  /// @param head the newest commit of the pull request that is known; empty when it is not open
  public record Standing(
      App app,
      int number,
      Optional<String> head,
      Optional<Environment> environment,
      Optional<String> note) {}

  /// A pull request of the repository that a token was issued for. Whoever asks with a token that
  /// is not valid is [Refused].
  ///
  /// @param host the name of the code host
  /// @param app the app that is meant when several follow the repository
  public record Question(String host, String token, int number, Optional<String> app) {}

  public Standing show(Question question) {
    return standing(app(question), question.number());
  }

  /// Has the environment made, also when it was destroyed, and wakes it. The repository is looked
  /// at first, so that the newest commit counts.
  public Standing create(Question question) {
    var app = app(question);
    following.refresh(app, ref(app, question.number()));
    var standing = standing(app, question.number());
    standing
        .environment()
        .filter(known -> known.wanted().removal().isEmpty())
        .ifPresent(known -> commands.carryOut(known, new Command.Wake()));
    return standing(app, question.number());
  }

  public Standing destroy(Question question) {
    var app = app(question);
    apps.pullRequest(app.name(), ref(app, question.number()))
        .ifPresent(known -> apps.dismiss(app.name(), known.ref(), known.commit()));
    standing(app, question.number())
        .environment()
        .ifPresent(known -> commands.carryOut(known, new Command.Destroy()));
    return standing(app, question.number());
  }

  /// The code host is asked only about repositories that are followed.
  private App app(Question question) {
    var pipeline = pipeline(question);
    var app = follower(pipeline.repository(), question.app());
    if (!codeHosts.isThere(pipeline)) {
      throw new Refused(user("%s is another repository by now".formatted(app.repository())));
    }
    return app;
  }

  private App follower(RepositoryName repository, Optional<String> wished) {
    var followers = apps.all().stream().filter(app -> app.repository().equals(repository)).toList();
    var names = followers.stream().map(app -> app.name().value()).sorted().toList();
    if (followers.isEmpty()) {
      throw user(
          "no app follows %s; follow it: ephemeral app add %s".formatted(repository, repository));
    }
    if (wished.isEmpty() && followers.size() > 1) {
      var all = String.join(", ", names);
      throw user("several apps follow %s, so say which: %s".formatted(repository, all));
    }
    var name = wished.orElse(names.getFirst());
    return followers.stream()
        .filter(app -> app.name().value().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                user(
                    "no app `%s` follows %s.%s"
                        .formatted(name, repository, Nearest.hint(name, names))));
  }

  private Pipeline pipeline(Question question) {
    try {
      return codeHosts.pipeline(question.host(), question.token(), url);
    } catch (FaultException e) {
      if (e.fault().kind() == Fault.Kind.USER) {
        throw new Refused(e);
      }
      throw e;
    }
  }

  private Standing standing(App app, int number) {
    var ref = ref(app, number);
    var known = following.environment(app, ref);
    var note =
        known.isPresent() ? Optional.<String>empty() : Optional.of(following.whyNone(app, ref));
    var head = apps.pullRequest(app.name(), ref).map(PullRequest::commit);
    return new Standing(app, number, head, known, note);
  }

  private static PullRequestRef ref(App app, int number) {
    return new PullRequestRef(app.repository(), number);
  }

  private static FaultException user(String message) {
    return new FaultException(Fault.user(message));
  }
}
