package run.ephemeral.reconciler;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.policy.Backoff;
import run.ephemeral.core.spec.AppName;

/// One thread an app that looks whenever its code host may have changed. A host that is slow or
/// away holds up nobody else.
public final class Followers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

  /// How soon a push is noticed. The question is cheap: it reads a few files, or asks a remote
  /// host as often as the code host allows itself.
  private static final Duration BETWEEN = Duration.ofMillis(400);
  private static final Backoff AFTER_TROUBLE =
      new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final Apps apps;
  private final CodeHost codeHost;
  private final Follower follower;
  private final Map<AppName, Thread> threads = new ConcurrentHashMap<>();

  public Followers(Apps apps, CodeHost codeHost, Follower follower) {
    this.apps = apps;
    this.codeHost = codeHost;
    this.follower = follower;
  }

  /// Follows every app there is.
  public void start() {
    apps.all().forEach(app -> follow(app.name()));
  }

  public void follow(AppName app) {
    threads.computeIfAbsent(
        app, name -> Thread.ofVirtual().name("follow-" + name).start(() -> loop(name)));
  }

  public void unfollow(AppName app) {
    var thread = threads.remove(app);
    if (thread != null) {
      thread.interrupt();
    }
  }

  /// Looks at once, whatever the host says.
  public void look(AppName app) {
    follower.look(app);
  }

  private void loop(AppName name) {
    var failures = 0;
    var complete = false;
    try {
      while (true) {
        try {
          var app = apps.find(name);
          if (app.isEmpty()) {
            return;
          }
          if (!complete || changed(app.get())) {
            complete = follower.look(name);
            failures = complete ? 0 : failures + 1;
          }
        } catch (RuntimeException e) {
          failures++;
          complete = false;
          LOG.warn("{} cannot be followed right now: {}", name, e.toString());
        }
        Thread.sleep(failures == 0 ? BETWEEN : AFTER_TROUBLE.after(failures, name.value()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean changed(App app) {
    return app.problem().isPresent() || codeHost.changed(app);
  }

  @Override
  public void close() {
    threads.values().forEach(Thread::interrupt);
    threads.clear();
  }
}
