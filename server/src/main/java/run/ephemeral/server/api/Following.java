package run.ephemeral.server.api;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.Label;
import run.ephemeral.core.Turns;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.pullrequest.Admission;
import run.ephemeral.core.pullrequest.Candidate;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.reconciler.Followers;
import run.ephemeral.reconciler.Releases;

/// Begins and ends following a repository.
@Singleton
final class Following {
  private static final String REMOTE = "(https?|ssh|git|file)://.+|[\\w.-]+@[\\w.-]+:.+";

  private final Environments environments;
  private final Apps apps;
  private final CodeHost codeHost;
  private final Releases releases;
  private final Followers followers;
  private final Turns<Mirror> repositories;

  Following(
      Environments environments,
      Apps apps,
      CodeHost codeHost,
      Releases releases,
      Followers followers,
      Turns<Mirror> repositories) {
    this.environments = environments;
    this.apps = apps;
    this.codeHost = codeHost;
    this.releases = releases;
    this.followers = followers;
    this.repositories = repositories;
  }

  /// Follows it. Following the same source again changes nothing.
  run.ephemeral.wire.App add(String text, @Nullable String wished) {
    var source = source(text);
    for (var known : apps.all()) {
      if (known.source().equals(source)
          && (wished == null || known.name().value().equals(wished))) {
        return inTurn(Mirror.of(known.name()), () -> again(known));
      }
    }
    var name = wished == null ? nameIn(source) : new AppName(wished);
    var app = new App(name, source, "", Instant.now(), Optional.empty());
    return inTurn(Mirror.of(name), () -> add(app));
  }

  /// What is fetched before there is a row goes when there will be none.
  private run.ephemeral.wire.App add(App app) {
    var name = app.name();
    var known = apps.find(name);
    if (known.isPresent() && known.get().source().equals(app.source())) {
      return again(known.get());
    }
    if (known.isPresent()) {
      throw new Problems.Taken(
          "`%s` is followed already, from another source; choose a name with --name"
              .formatted(name));
    }
    try {
      var seen = codeHost.look(app);
      var where = "branch " + seen.defaultBranch();
      releases.read(Mirror.of(name), seen.defaultCommit(), Map.of(), where);
      apps.add(app);
      // From here on it is followed, also if the next line fails.
      followers.follow(name);
      apps.saw(name, seen.defaultBranch(), seen.open());
    } finally {
      if (apps.find(name).isEmpty()) {
        codeHost.forget(Mirror.of(name));
      }
    }
    followers.look(name);
    return view(apps.find(name).orElse(app));
  }

  private run.ephemeral.wire.App again(App known) {
    followers.follow(known.name());
    followers.look(known.name());
    return view(known);
  }

  private boolean readmit(App app, int number) {
    apps.readmit(app.name(), number);
    followers.look(app.name());
    return true;
  }

  /// One at a time makes or removes a repository; the others wait.
  private <T> T inTurn(Mirror repository, Supplier<T> work) {
    try (var _ = repositories.take(repository)) {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.external("the control plane goes down", e), e);
    }
  }

  /// An existing folder as its real path, or a git URL as it is.
  private static String source(String text) {
    if (text.matches(REMOTE)) {
      return text;
    }
    try {
      var folder = Path.of(text);
      if (folder.isAbsolute() && Files.isDirectory(folder)) {
        return folder.toRealPath().toString();
      }
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw new IllegalArgumentException("`%s` cannot be read".formatted(text), e);
    }
    throw new IllegalArgumentException(
        "`%s` is neither a folder of this machine nor the URL of a git repository".formatted(text));
  }

  /// What the default branch's own file calls the app. Its repository is fetched for that under
  /// a name of its own, which is dropped again.
  private AppName nameIn(String source) {
    var shown =
        new App(new AppName("x"), source, "", Instant.now(), Optional.empty()).shownSource();
    var last = shown.replaceAll("[/.]git/?$|/+$", "").replaceAll(".*[/:]", "");
    var provisional = new AppName(Label.of(last + "?", AppName.LONGEST));
    var probe = new App(provisional, source, "", Instant.now(), Optional.empty());
    var repository = Mirror.of(provisional);
    return inTurn(
        repository,
        () -> {
          try {
            var seen = codeHost.look(probe);
            var where = "branch " + seen.defaultBranch();
            return releases.read(repository, seen.defaultCommit(), Map.of(), where).spec().app();
          } finally {
            codeHost.forget(repository);
          }
        });
  }

  /// An update of what has no environment, though its pull request is open, makes one: also when
  /// somebody destroyed the last, or nobody has looked since the start.
  void readmit(String name) {
    for (var app : apps.all()) {
      var dismissed = apps.dismissed(app.name()).keySet();
      var numbers = new HashSet<>(dismissed);
      apps.pullRequests(app.name()).forEach(known -> numbers.add(known.number()));
      for (var number : numbers) {
        var theirs = EnvironmentName.of(app.name(), number);
        if (theirs.value().equals(name)
            && (dismissed.contains(number) || environments.find(theirs).isEmpty())) {
          inTurn(Mirror.of(app.name()), () -> readmit(app, number));
        }
      }
    }
  }

  void remove(App app) {
    inTurn(
        Mirror.of(app.name()),
        () -> {
          try {
            drop(app);
            return true;
          } catch (RuntimeException e) {
            // What could not be removed is followed on.
            followers.follow(app.name());
            throw e;
          }
        });
  }

  private void drop(App app) {
    followers.unfollow(app.name());
    for (var environment : environments.all()) {
      if (environment.app().equals(app.name())
          && environment.origin() instanceof Origin.OfPullRequest) {
        environments.want(
            environment.id(), wanted -> wanted.removed("its app is no longer followed"));
      }
    }
    apps.remove(app.name());
    codeHost.forget(Mirror.of(app.name()));
  }

  run.ephemeral.wire.App view(App app) {
    var count = environments.all().size();
    var pullRequests =
        apps.pullRequests(app.name()).stream().map(known -> view(app, known, count)).toList();
    return new run.ephemeral.wire.App(
        app.name().value(),
        app.shownSource(),
        app.defaultBranch(),
        app.addedAt(),
        app.problem().orElse(null),
        pullRequests);
  }

  private run.ephemeral.wire.PullRequest view(App app, PullRequest pullRequest, int count) {
    var name = EnvironmentName.of(app.name(), pullRequest.number());
    if (environments.find(name).isPresent()) {
      return Views.pullRequest(pullRequest, name.value(), null);
    }
    return Views.pullRequest(pullRequest, null, whyNone(app, pullRequest, count));
  }

  /// What its own file says about starting is not read again for this.
  private String whyNone(App app, PullRequest pullRequest, int count) {
    var dismissed = apps.dismissed(app.name());
    var why = Admission.refusal(new Candidate(pullRequest, StartSpec.DEFAULT), dismissed);
    if (!why.isEmpty()) {
      return why;
    }
    var limit = Limits.DEFAULT.environments();
    if (count >= limit) {
      return "there is no room: %d environments are the limit".formatted(limit);
    }
    return app.problem().isEmpty()
        ? "`start` in its ephemeral.yaml leaves out its branch or its author"
        : "it could not be read yet, or `start` in its ephemeral.yaml leaves it out";
  }
}
