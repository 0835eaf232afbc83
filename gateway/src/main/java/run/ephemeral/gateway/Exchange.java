package run.ephemeral.gateway;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import run.ephemeral.gateway.Router.Entrance;
import run.ephemeral.gateway.Router.Verdict;

/// One request, from its arrival until its answer is complete.
///
/// ```
///   DECIDING --> HELD -------------------> DECIDING    the route or the notice changed
///   DECIDING --> CONNECTING --> RELAYING -> DONE       answered, or tunnelled
///                    |------------|------> DECIDING    no byte of an answer came: retry
///   any --------------------------------> DONE         a page, a reset, or the client left
/// ```
///
/// The exchange decides and waits; [Relay] moves the bytes. It is confined to its client's event
/// loop.
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is handled.
final class Exchange implements Site.Held {
  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 200;

  private enum State {
    DECIDING,
    HELD,
    CONNECTING,
    RELAYING,
    DONE
  }

  private final ClientConnection client;
  private final Asked asked;
  private State state = State.DECIDING;
  private @Nullable Door door;
  private @Nullable Site stay;
  private @Nullable Target target;
  private @Nullable Relay relay;
  private @Nullable ScheduledFuture<?> timer;
  private boolean wantsFresh;
  private long holdUntil;
  private long retryUntil;
  private long pause = FIRST_PAUSE_MILLIS;

  Exchange(ClientConnection client, HttpRequest request) {
    this.client = client;
    this.asked = Asked.of(request);
    this.wantsFresh = !asked.repeatable();
  }

  Asked asked() {
    return asked;
  }

  @Nullable Relay relay() {
    return relay;
  }

  @Override
  public Door door() {
    return Objects.requireNonNull(door);
  }

  void begin() {
    boolean inside = client.entrance() instanceof Entrance.Internal;
    var refusal = Ambiguity.in(asked.request(), inside);
    if (refusal != null) {
      answer(refusal, true);
      return;
    }
    Forwarding.request(asked.request(), asked.upgrade(), client.asker());
    decide();
    if (state != State.DONE && (asked.bodiless() || state != State.RELAYING)) {
      client.read(asked.bodiless());
    }
  }

  private void decide() {
    while (state == State.DECIDING) {
      long now = client.common().clock().millis();
      switch (client.common().router().judge(client.entrance(), asked, now)) {
        case Verdict.Go(var to, var entered) -> {
          target = entered;
          if (admitted(to)) {
            connect(entered);
          }
        }
        case Verdict.Wait wait -> {
          if (admitted(wait.door())) {
            hold(wait);
          }
        }
        case Verdict.Show(var page) -> answer(page, page.status() == 400);
      }
    }
  }

  /// Counts the request against the environment's limit, unless it is counted already.
  private boolean admitted(Door to) {
    door = to;
    var site = to.site();
    if (stay == site) {
      return true;
    }
    endStay();
    int most = client.common().limits().perEnvironment();
    if (!site.admit(visitor(), most)) {
      answer(Page.crowded(site.name(), most), false);
      return false;
    }
    stay = site;
    return true;
  }

  private boolean visitor() {
    return client.entrance() instanceof Entrance.Public;
  }

  private void endStay() {
    if (stay != null) {
      stay.leave(visitor(), client.common().clock().millis());
      stay = null;
    }
  }

  private void hold(Verdict.Wait wait) {
    var holding = client.common().holding();
    var site = wait.door().site();
    long now = System.nanoTime();
    if (holdUntil == 0) {
      holdUntil = now + client.common().limits().longestHold().toNanos();
    }
    if (now - holdUntil >= 0 || !holding.admit()) {
      answer(Page.tooLong(site, wait.door().service()), false);
      return;
    }
    if (!site.hold(this, wait.seen())) {
      holding.leave();
      return;
    }
    state = State.HELD;
    timer = after(holdUntil - now, this::heldTooLong);
    if (wait.asleep()) {
      holding.wake(site);
    }
  }

  @Override
  public void again() {
    client.channel().eventLoop().execute(this::letGo);
  }

  private void letGo() {
    if (state == State.HELD) {
      client.common().holding().leave();
      cancelTimer();
      state = State.DECIDING;
      decide();
    }
  }

  private void heldTooLong() {
    if (state == State.HELD) {
      answer(Page.tooLong(door().site(), door().service()), false);
    }
  }

  private void connect(Target entered) {
    state = State.CONNECTING;
    pool().connect(entered, this, wantsFresh);
  }

  Pool pool() {
    return Objects.requireNonNull(client.common().pools().get(client.channel().eventLoop()));
  }

  void connected(Backend backend) {
    state = State.RELAYING;
    relay = new Relay(this, client, backend);
    relay.start();
  }

  /// @param ours whether the gateway could not open a socket, so that the service was not asked
  void unreachable(boolean ours) {
    var site = door().site();
    if (ours) {
      client.common().spareFiles();
    }
    once(false, ours ? Page.outOfFiles(site.name()) : Page.unreachable(site, door().service()));
  }

  /// The service closed the connection before it answered.
  void unanswered(Backend backend) {
    relay = null;
    var brokeOff = Page.brokeOff(door().site(), door().service());
    if (asked.repeatable()) {
      boolean letGoOfUs = backend.used() && !wantsFresh;
      wantsFresh = true;
      once(letGoOfUs, brokeOff);
    } else {
      answer(brokeOff, false);
    }
  }

  /// Tries again, with the route at that time.
  ///
  /// @param otherwise the page if the time for retries is over
  private void once(boolean now, Page otherwise) {
    long time = System.nanoTime();
    if (retryUntil == 0) {
      retryUntil = time + client.common().limits().retry().toNanos();
    }
    leaveTarget();
    state = State.DECIDING;
    if (time - retryUntil >= 0) {
      answer(otherwise, false);
    } else if (now) {
      decide();
    } else {
      timer = after(TimeUnit.MILLISECONDS.toNanos(pause), this::decide);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
    }
  }

  void body(HttpContent content) {
    if (relay == null || asked.bodiless()) {
      content.release();
    } else {
      relay.request(content);
    }
  }

  /// The client's body is malformed.
  void bodyBroken(@Nullable Throwable cause) {
    if (relay != null && relay.answering()) {
      abandon();
      client.reset(true);
    } else {
      answer(Malformed.body(cause), true);
    }
  }

  /// The service's answer is malformed.
  void senseless(HttpResponse response) {
    var what = Malformed.answer(response, client.common().limits());
    answer(Page.senseless(door().site(), door().service(), what), false);
  }

  /// The service's answer broke off or is malformed.
  void failed(boolean answering, boolean framed) {
    if (answering) {
      abandon();
      client.reset(framed);
    } else {
      answer(Page.brokeOff(door().site(), door().service()), false);
    }
  }

  /// No byte was received or sent for too long.
  void silent() {
    var one = relay;
    if (one == null) {
      return;
    }
    if (one.answering()) {
      failed(true, one.framed());
    } else if (one.waitsForBody()) {
      answer(Page.refused(408, "The rest of the request did not come."), true);
    } else {
      answer(Page.silent(door().site(), door().service()), false);
    }
  }

  /// From here on the answer lasts as long as the client wants: a drain does not wait for its end.
  @Nullable Target outlive(Target.Lasting part) {
    var left = target;
    if (left != null) {
      left.add(part);
    }
    leaveTarget();
    return left;
  }

  @Nullable Target target() {
    return target;
  }

  /// The connection becomes a tunnel, and uses the environment until it is closed.
  void outliveAsTunnel() {
    var kept = stay;
    stay = null;
    if (kept != null) {
      var clock = client.common().clock();
      client.channel().closeFuture().addListener(_ -> kept.leave(visitor(), clock.millis()));
    }
  }

  /// The answer is written, or the connection became a tunnel.
  void done() {
    state = State.DONE;
    relay = null;
    leaveTarget();
    endStay();
  }

  /// The client does not wait for the answer any more.
  void abandon() {
    letGoOfService();
  }

  private void answer(Page page, boolean close) {
    letGoOfService();
    boolean goOn =
        asked.keepAlive()
            && !close
            && !client.tooMuchLeft()
            && !(asked.expects() && client.bodyOpen());
    client.channel().write(Pages.response(page, asked, goOn));
    client.answered(goOn);
  }

  private void letGoOfService() {
    if (state == State.HELD) {
      door().site().unhold(this);
      client.common().holding().leave();
    } else if (state == State.CONNECTING && target != null) {
      pool().leave(target, this);
    }
    state = State.DONE;
    cancelTimer();
    leaveTarget();
    endStay();
    if (relay != null) {
      relay.cancel();
      relay = null;
    }
  }

  private void leaveTarget() {
    if (target != null) {
      target.leave();
      target = null;
    }
  }

  private ScheduledFuture<?> after(long nanos, Runnable then) {
    return client.channel().eventLoop().schedule(then, nanos, TimeUnit.NANOSECONDS);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
