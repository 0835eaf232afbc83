package run.ephemeral.reconciler;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.Label;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHost.Located;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.pullrequest.Admission;
import run.ephemeral.core.pullrequest.Approval;
import run.ephemeral.core.pullrequest.Candidate;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.StartSpec;

/// Starts and stops following repositories.
public final class Following {
  private static final String REMOTE = "(https?|ssh|git|file)://.+|[\\w.-]+@[\\w.-]+:.+";

  private static final int SUFFIX = 6;

  private final Environments environments;
  private final Apps apps;
  private final CodeHost codeHost;
  private final Releases releases;
  private final Followers followers;
  private final KeyedLocks<Mirror> repositories;
  private final Room room;
  private final Approvals approvals;
  private final InstantSource clock;

  /// @param repositories locks shared by all code that creates or removes a mirror
  public Following(
      Environments environments,
      Apps apps,
      CodeHost codeHost,
      Releases releases,
      Followers followers,
      KeyedLocks<Mirror> repositories,
      Room room,
      Approvals approvals,
      InstantSource clock) {
    this.environments = environments;
    this.apps = apps;
    this.codeHost = codeHost;
    this.releases = releases;
    this.followers = followers;
    this.repositories = repositories;
    this.room = room;
    this.approvals = approvals;
    this.clock = clock;
  }

  /// The name is in use by another app.
  public static final class Taken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Taken(String message) {
      super(message);
    }
  }

  /// An open pull request, and its environment or why it has none.
  public record Standing(
      PullRequest pullRequest, Optional<EnvironmentName> environment, Optional<String> whyNone) {}

  /// Follows a repository. Following the same source again changes nothing.
  ///
  /// @param text a folder of this machine, the URL of a git repository, or a repository of a code
  ///     host, such as `gitea.example.com/acme/shop`
  /// @param wished the app's name; by default the name in the repository's own file
  /// @param cluster on which its environments run; empty to choose one for each
  public App add(String text, Optional<AppName> wished, Optional<ClusterSelector> cluster) {
    var located = located(text);
    var source = located.source();
    for (var known : apps.all()) {
      if (known.source().equals(source) && wished.map(known.name()::equals).orElse(true)) {
        checkHost(known, located);
        if (cluster.isPresent() && !cluster.equals(known.cluster())) {
          throw new Taken(
              "`%s` is followed already, and its environments do not move; remove it first"
                  .formatted(known.name()));
        }
        return inTurn(Mirror.of(known.name()), () -> again(known));
      }
    }
    var name = wished.orElseGet(() -> nameIn(located));
    var app = app(name, label(name, source), located, cluster);
    return inTurn(Mirror.of(app.name()), () -> add(app));
  }

  /// A repository that was followed before its code host was added is followed as plain git.
  private static void checkHost(App known, Located located) {
    var isPlain = known.repository().isPlainGit();
    if (isPlain == located.repository().isPresent()) {
      throw new Taken(
          "`%s` is followed already, %s; remove it first: app remove %s"
              .formatted(
                  known.name(),
                  isPlain ? "as a plain git repository" : "at its code host",
                  known.name()));
    }
  }

  /// The mirror fetched before the row exists is removed if there will be no row.
  private App add(App app) {
    var name = app.name();
    var known = apps.find(name);
    if (known.isPresent() && known.get().source().equals(app.source())) {
      return again(known.get());
    }
    if (known.isPresent()) {
      throw new Taken(
          "`%s` is followed already, from another source; choose a name with --name"
              .formatted(name));
    }
    try {
      var seen = codeHost.look(app);
      var where = "branch " + seen.defaultBranch();
      releases.read(Mirror.of(name), seen.defaultCommit(), Map.of(), where);
      if (!apps.add(app)) {
        throw new Taken(
            "another app was followed just now whose repository is called alike; try again");
      }
      // From here on the app is followed, even if the next line fails.
      followers.follow(name);
      apps.saw(name, seen.defaultBranch(), seen.open());
    } finally {
      if (apps.find(name).isEmpty()) {
        codeHost.forget(app);
      }
    }
    followers.look(name);
    return apps.find(name).orElse(app);
  }

  private App again(App known) {
    followers.follow(known.name());
    followers.look(known.name());
    return apps.find(known.name()).orElse(known);
  }

  private boolean readmit(App app, PullRequestRef pullRequest) {
    apps.readmit(app.name(), pullRequest);
    followers.look(app.name());
    return true;
  }

  /// Serialises the creation and removal of a mirror.
  private <T> T inTurn(Mirror repository, Supplier<T> work) {
    try (var _ = repositories.take(repository)) {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.external("the control plane goes down", e), e);
    }
  }

  private App app(AppName name, String label, Located located, Optional<ClusterSelector> cluster) {
    var repository = located.repository().orElse(RepositoryName.git(name));
    var now = clock.instant();
    var source = located.source();
    return new App(name, label, repository, source, "", now, Optional.empty(), cluster);
  }

  /// The repository's name, made unique with a digest if another app has that label: environments
  /// are named after it.
  private String label(AppName app, String source) {
    var last = lastPart(source);
    var plain =
        last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^[-0-9]+|-+$", "");
    var label = Label.fits(plain, AppName.LONGEST) ? plain : Label.of(last, AppName.LONGEST);
    var isTaken = apps.all().stream().anyMatch(known -> known.label().equals(label));
    return isTaken
        ? shorter(label) + Digest.of(shown(source), app.value()).hex().substring(0, SUFFIX)
        : label;
  }

  private static String shorter(String label) {
    var head = label.substring(0, Math.min(label.length(), AppName.LONGEST - SUFFIX - 1));
    return head.replaceAll("-+$", "") + "-";
  }

  private String shown(String source) {
    return new App(new AppName("x"), "x", source, "", clock.instant(), Optional.empty())
        .shownSource();
  }

  /// The last part of a path or a URL, without the password that a URL can contain.
  private String lastPart(String source) {
    var address = shown(source);
    var path = source.matches(REMOTE) ? address.replaceAll("[?#].*", "") : address;
    return path.replaceAll("/+$", "")
        .replaceAll("/?\\.git$", "")
        .replaceAll("/+$", "")
        .replaceAll(".*[/:]", "");
  }

  private Located located(String text) {
    return codeHost
        .locate(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "`%s` is neither a folder of this machine, nor the URL of a git repository, nor"
                            .formatted(text)
                        + " a repository of a code host that was added; add one with `github setup`"
                        + " or `gitea setup`"));
  }

  /// The app's name in the default branch's own file. The repository is fetched for that into a
  /// temporary mirror, which is removed again.
  private AppName nameIn(Located located) {
    var last = lastPart(located.source());
    var provisional = new AppName(Label.of(last + "?", AppName.LONGEST));
    var probe = app(provisional, "x", located, Optional.empty());
    var repository = Mirror.of(provisional);
    return inTurn(
        repository,
        () -> {
          try {
            var seen = codeHost.look(probe);
            var where = "branch " + seen.defaultBranch();
            return releases.read(repository, seen.defaultCommit(), Map.of(), where).spec().app();
          } finally {
            codeHost.forget(probe);
          }
        });
  }

  /// Creates a missing environment of an open pull request, for `update`: also when it was
  /// destroyed or not looked at yet.
  public void readmit(String name) {
    for (var app : apps.all()) {
      var dismissed = apps.dismissed(app.name()).keySet();
      var all = new HashSet<>(dismissed);
      apps.pullRequests(app.name()).forEach(known -> all.add(known.ref()));
      for (var pullRequest : all) {
        var theirs = app.environment(pullRequest.number());
        if (theirs.value().equals(name)
            && (dismissed.contains(pullRequest) || environments.find(theirs).isEmpty())) {
          inTurn(Mirror.of(app.name()), () -> readmit(app, pullRequest));
        }
      }
    }
  }

  /// Looks at the repository at once, and lets a pull request have an environment that was
  /// destroyed.
  public void refresh(App app, PullRequestRef pullRequest) {
    inTurn(Mirror.of(app.name()), () -> readmit(app, pullRequest));
  }

  /// The environment of a pull request. One that is being removed counts until it is gone.
  public Optional<Environment> environment(App app, PullRequestRef pullRequest) {
    return environments
        .find(app.environment(pullRequest.number()))
        .filter(
            found ->
                found.origin() instanceof Origin.OfPullRequests(var lead, _)
                    && lead.ref().equals(pullRequest));
  }

  /// Why a pull request has no environment, in a sentence.
  public String whyNone(App app, PullRequestRef pullRequest) {
    return pullRequests(app).stream()
        .filter(standing -> standing.pullRequest().ref().equals(pullRequest))
        .findFirst()
        .map(standing -> standing.whyNone().orElse("it is being made"))
        .orElse("it is not open");
  }

  /// Lets a commit of a fork run, if somebody decided that who may.
  public void approve(App app, PullRequestRef pullRequest, Approval approval) {
    apps.approve(app.name(), pullRequest, approval);
    refresh(app, pullRequest);
  }

  /// Stops following the app, and removes the environments of its pull requests.
  public void remove(App app) {
    inTurn(
        Mirror.of(app.name()),
        () -> {
          try {
            drop(app);
            return true;
          } catch (RuntimeException e) {
            // An app that could not be removed stays followed.
            followers.follow(app.name());
            throw e;
          }
        });
  }

  private void drop(App app) {
    followers.unfollow(app.name());
    for (var environment : environments.all()) {
      var isOfPullRequest =
          switch (environment.origin()) {
            case Origin.OfPullRequests _ -> true;
            case Origin.Unknown() -> app.names(environment.name());
            case Origin.OfWorkingTree _ -> false;
          };
      if (environment.app().equals(app.name()) && isOfPullRequest) {
        environments.want(
            environment.id(), wanted -> wanted.removed("its app is no longer followed"));
      }
    }
    apps.remove(app.name());
    if (apps.all().stream().noneMatch(other -> other.repository().equals(app.repository()))) {
      codeHost.unsubscribe(app);
    }
    codeHost.forget(app);
  }

  /// The pull requests last seen open, in order of their numbers.
  public List<Standing> pullRequests(App app) {
    var left = room.left(app.cluster());
    var names = new HashMap<PullRequestRef, EnvironmentName>();
    var unreadable = new HashSet<EnvironmentName>();
    for (var environment : environments.all()) {
      if (!environment.app().equals(app.name())) {
        continue;
      }
      if (environment.origin() instanceof Origin.Unknown) {
        unreadable.add(environment.name());
      }
      if (environment.origin() instanceof Origin.OfPullRequests(var lead, _)
          && (environment.wanted().removal().isEmpty() || !names.containsKey(lead.ref()))) {
        names.put(lead.ref(), environment.name());
      }
    }
    return apps.pullRequests(app.name()).stream()
        .map(
            known -> {
              var usual = Optional.of(app.environment(known.number()));
              var name =
                  Optional.ofNullable(names.get(known.ref()))
                      .or(() -> usual.filter(unreadable::contains));
              return standing(app, known, name, left);
            })
        .toList();
  }

  private Standing standing(
      App app, PullRequest pullRequest, Optional<EnvironmentName> name, int left) {
    return name.isPresent()
        ? new Standing(pullRequest, name, Optional.empty())
        : new Standing(pullRequest, Optional.empty(), Optional.of(whyNone(app, pullRequest, left)));
  }

  /// The start rules of the pull request's own file are not read again for this.
  private String whyNone(App app, PullRequest pullRequest, int left) {
    var dismissed = apps.dismissed(app.name());
    var why = Admission.refusal(new Candidate(pullRequest, StartSpec.DEFAULT), dismissed);
    if (!why.isEmpty()) {
      return pullRequest.isTrusted() ? why : approvals.whyNever(app).orElse(why);
    }
    if (left <= 0) {
      return room.full(app.cluster());
    }
    return app.problem().isEmpty()
        ? "`start` in its ephemeral.yaml leaves it out"
        : "it could not be read yet, or `start` in its ephemeral.yaml leaves it out";
  }
}
