package run.ephemeral.reconciler;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.policy.Backoff;
import run.ephemeral.core.spec.AppName;

/// A thread for each app that looks when its code host may have changed. A slow or unavailable host
/// does not delay other apps.
public final class Followers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

  /// The polling interval, and so the delay of a push. [CodeHost#changed] is cheap: it reads a few
  /// files, or asks a remote host at the code host's own rate.
  private static final Duration BETWEEN = Duration.ofMillis(400);

  /// The host itself is asked less often.
  private static final Duration BETWEEN_SUBSCRIPTIONS = Duration.ofMinutes(1);

  /// Many deliveries of one moment are one look.
  private static final Duration NUDGE_PAUSE = Duration.ofMillis(500);

  private static final int PROMPT_NUDGES = 20;
  private static final Duration LONG_NUDGE_PAUSE = Duration.ofSeconds(5);
  private static final String PROBLEM =
      "the control plane failed while it looked at the repository, and its server.log says how;"
          + " tried again soon";
  private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(10);
  private static final Duration A_LITTLE_LATER = Duration.ofSeconds(20);
  private static final Backoff AFTER_TROUBLE =
      new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final Apps apps;
  private final CodeHost codeHost;
  private final Follower follower;
  private final Function<AppName, Read> comments;
  private final Map<AppName, Thread> threads = new ConcurrentHashMap<>();
  private final Map<AppName, App> known = new ConcurrentHashMap<>();
  private final KeyedLocks<AppName> looks = new KeyedLocks<>();
  private final Set<AppName> incomplete = ConcurrentHashMap.newKeySet();
  private final Set<AppName> unread = ConcurrentHashMap.newKeySet();
  private final Set<AppName> nudged = ConcurrentHashMap.newKeySet();

  /// How far comments are read, and everything about them is done.
  public enum Read {
    ALL,
    /// Something has to wait a little.
    LATER,
    /// Something failed.
    FAILED
  }

  /// @param comments reads the comments of an app after each look, on its thread
  public Followers(
      Apps apps, CodeHost codeHost, Follower follower, Function<AppName, Read> comments) {
    this.apps = apps;
    this.codeHost = codeHost;
    this.follower = follower;
    this.comments = comments;
  }

  /// Follows every stored app.
  public void start() {
    apps.all().forEach(app -> follow(app.name()));
  }

  public void follow(AppName app) {
    threads.computeIfAbsent(
        app, name -> Thread.ofVirtual().name("follow-" + name).start(new Loop(name)));
  }

  /// Looks soon, on the app's own thread: the code host told that something changed. Does nothing
  /// for an app that is not followed here.
  public void nudge(AppName app) {
    var thread = threads.get(app);
    if (thread != null) {
      nudged.add(app);
      LockSupport.unpark(thread);
    }
  }

  /// Stops following, and waits for a look that is under way.
  public void unfollow(AppName app) {
    var thread = threads.remove(app);
    if (thread != null) {
      thread.interrupt();
      join(thread);
    }
    known.remove(app);
    incomplete.remove(app);
    nudged.remove(app);
    unread.remove(app);
  }

  private static void join(Thread thread) {
    try {
      if (!thread.join(LONGEST_GOODBYE)) {
        LOG.warn("thread {} does not end", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Looks at once, even if the host reports no change; an incomplete look is repeated soon. One
  /// look at an app at a time, so that an older one is never stored last.
  public Follower.Looked look(AppName app) {
    try (var _ = looks.takeUninterruptibly(app)) {
      var looked = follower.look(app);
      // Whoever looked, the host then says that nothing has changed: also not a comment.
      unread.add(app);
      switch (looked) {
        case COMPLETE -> incomplete.remove(app);
        case IN_PART, NOT_AT_ALL, REMOVED -> incomplete.add(app);
      }
      // Read again, since it may be followed from elsewhere now.
      known.remove(app);
      return looked;
    }
  }

  /// The polling thread of one app.
  private final class Loop implements Runnable {
    private final AppName app;
    private int failures;
    private long retryAt = System.nanoTime();
    private boolean isUnfinished;
    private int commentFailures;
    private long commentsAt = System.nanoTime();
    private String told = "";
    private long subscribeAt = System.nanoTime();
    private double nudges = PROMPT_NUDGES;
    private long nudgedAt = System.nanoTime();
    private long nudgeAt = System.nanoTime();

    Loop(AppName app) {
      this.app = app;
    }

    @Override
    public void run() {
      incomplete.add(app);
      while (!Thread.currentThread().isInterrupted()) {
        var pause = tryLook().map(this::after).orElse(BETWEEN);
        readComments();
        subscribe();
        pause(pause);
      }
    }

    /// Until the time is over, or a nudge: also one that came during the round.
    private void pause(Duration pause) {
      var end = System.nanoTime() + pause.toNanos();
      for (var left = pause.toNanos(); left > 0; left = end - System.nanoTime()) {
        if (Thread.currentThread().isInterrupted() || isNudgeDue()) {
          return;
        }
        var tooSoon = nudgeAt - System.nanoTime();
        var wait = nudged.contains(app) ? Math.min(left, Math.max(1, tooSoon)) : left;
        LockSupport.parkNanos(this, wait);
      }
    }

    private boolean isNudgeDue() {
      return nudged.contains(app) && System.nanoTime() - nudgeAt >= 0;
    }

    /// A token bucket: a burst of deliveries leads to prompt looks, a steady stream of them to one
    /// look in each [#LONG_NUDGE_PAUSE].
    private void nudgedNow() {
      var now = System.nanoTime();
      var earned = (double) (now - nudgedAt) / LONG_NUDGE_PAUSE.toNanos();
      nudges = Math.min(PROMPT_NUDGES, nudges + earned) - 1;
      nudgedAt = now;
      var pause = nudges < 1 ? LONG_NUDGE_PAUSE : NUDGE_PAUSE;
      nudgeAt = now + pause.toNanos();
    }

    /// With the row as it is now: another control plane may have removed the app, and its webhook.
    private void subscribe() {
      if (System.nanoTime() - subscribeAt < 0) {
        return;
      }
      subscribeAt = System.nanoTime() + BETWEEN_SUBSCRIPTIONS.toNanos();
      try {
        apps.find(app).ifPresent(codeHost::subscribe);
      } catch (RuntimeException e) {
        LOG.warn("app {}: its code host could not be asked to tell of changes", app, e);
      }
    }

    /// At once after a look; without one it is repeated while something is left to be read or told,
    /// after failures with growing waits.
    private void readComments() {
      var isAgain = isUnfinished && System.nanoTime() - commentsAt >= 0;
      if (!unread.remove(app) && !isAgain) {
        return;
      }
      var read = Read.FAILED;
      try {
        read = comments.apply(app);
      } catch (RuntimeException e) {
        LOG.warn("app {}: reading comments failed and is retried", app, e);
      }
      isUnfinished = read != Read.ALL;
      commentFailures = read == Read.FAILED ? commentFailures + 1 : 0;
      var wait =
          read == Read.FAILED ? AFTER_TROUBLE.after(commentFailures, app.value()) : A_LITTLE_LATER;
      commentsAt = System.nanoTime() + wait.toNanos();
    }

    /// The back-off delays only the repetition of an incomplete look: changes of other pull
    /// requests are still polled for, unless the host itself failed.
    ///
    /// @return how long to wait before the next round
    private Duration after(Follower.Looked looked) {
      if (looked == Follower.Looked.COMPLETE) {
        failures = 0;
        return BETWEEN;
      }
      failures++;
      var pause = AFTER_TROUBLE.after(failures, app.value());
      retryAt = System.nanoTime() + pause.toNanos();
      return looked == Follower.Looked.IN_PART ? BETWEEN : pause;
    }

    /// Looks if the host reports a change, or if an incomplete look is due again.
    ///
    /// @return empty when no look was due
    private Optional<Follower.Looked> tryLook() {
      try {
        var isDue = incomplete.contains(app) && System.nanoTime() - retryAt >= 0;
        var isNudged = isNudgeDue() && nudged.remove(app);
        if (!isNudged && !isDue && !changed(app)) {
          return Optional.empty();
        }
        if (isNudged) {
          nudgedNow();
        }
        var looked = look(app);
        told = "";
        return Optional.of(looked);
      } catch (RuntimeException | Error e) {
        incomplete.add(app);
        if (!told.equals(e.toString())) {
          LOG.warn("app {}: following failed and is retried", app, e);
          told = e.toString();
        }
        show(app);
        return Optional.of(Follower.Looked.NOT_AT_ALL);
      }
    }
  }

  /// Stores why the app cannot be followed, for people, until a look succeeds. While the store
  /// itself is away nothing can be stored.
  private void show(AppName name) {
    try {
      apps.trouble(name, Optional.of(PROBLEM));
    } catch (RuntimeException e) {
      LOG.debug("app {}: its problem cannot be stored: {}", name, e.toString());
    }
  }

  /// The row is read once after each look. One that is gone has to be looked at to know that.
  private boolean changed(AppName name) {
    var app = Optional.ofNullable(known.get(name)).or(() -> apps.find(name));
    app.ifPresent(found -> known.put(name, found));
    return app.isEmpty() || codeHost.changed(app.get());
  }

  @Override
  public void close() {
    threads.values().forEach(Thread::interrupt);
    threads.values().forEach(Followers::join);
    threads.clear();
  }
}
