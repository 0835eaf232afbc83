package run.ephemeral.reconciler;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.Publications;
import run.ephemeral.core.data.DataServer;
import run.ephemeral.core.engine.Engine;
import run.ephemeral.core.engine.Engines;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Events;
import run.ephemeral.core.environment.NewEvent;
import run.ephemeral.core.environment.Reports;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.core.step.Step;
import run.ephemeral.reconciler.report.LogTail;
import run.ephemeral.reconciler.report.Reporter;
import run.ephemeral.store.PostgresStore;
import run.ephemeral.testkit.FakeConversation;
import run.ephemeral.testkit.FakeEngine;

/// One process of a control plane, which may end at one of its effects on the store or the engine.
/// From then on all its calls fail, so that no clean-up takes effect.
final class Life implements AutoCloseable {
  private static final Set<String> EFFECTS =
      Set.of(
          "create", "want", "record", "release", "remove", "place", "perform", "add", "note",
          "dismiss", "comment", "status");
  private static final Set<String> WAKING = Set.of("create", "want", "wake", "wakeAll", "retry");

  /// When the life ends: before the effect, after it without returning, or after its result was
  /// returned.
  enum Moment {
    BEFORE,
    AFTER,
    TOLD
  }

  /// An effect, and how often it has happened.
  record Effect(String name, int count) {}

  record Point(Effect effect, Moment moment) {}

  /// Thrown by every call in a life that ended.
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private final Optional<Point> end;
  private final Map<String, Integer> counts = new HashMap<>();
  private final List<Effect> effects = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Supplier<Object>> late = new AtomicReference<>();
  private volatile boolean dead;
  final Environments environments;
  private final Worker worker;

  /// @param end empty for a life that does not end early
  Life(
      PostgresStore store,
      FakeEngine engine,
      FakeConversation conversation,
      Sentences sentences,
      InstantSource clock,
      Optional<Point> end) {
    this.end = end;
    environments = mortal(Environments.class, store.environments());
    var reconciler =
        new Reconciler(
            environments,
            mortal(Apps.class, store.apps()),
            mortal(Events.class, store.events()),
            new Effects(
                mortal(Artifacts.class, engine.artifacts()),
                mortal(DataServer.class, engine.data()),
                Engines.local(mortal(Engine.class, engine)),
                mortal(Reports.class, reports(store, conversation, clock))),
            new NoWatcher(),
            sentences,
            Tellers.reporting(),
            Limits.DEFAULT,
            clock,
            () -> java.time.Instant.EPOCH);
    worker = new Worker(reconciler, "the control plane");
  }

  /// A report that is published too late is refused by the store, which outlives this.
  private Reports reports(PostgresStore store, FakeConversation conversation, InstantSource clock) {
    return new Reporter(
        new TalkingHost(mortal(Conversation.class, conversation)),
        mortal(Publications.class, store.publications()),
        store.environments(),
        new LogTail((environment, log, most) -> List.of()),
        clock);
  }

  void start() {
    environments.wakeAll();
    worker.start();
  }

  boolean isDead() {
    return dead;
  }

  /// Every effect so far, in order.
  List<Effect> effects() {
    return List.copyOf(effects);
  }

  /// The step that was about to be performed when the life ended, to be performed too late.
  Optional<Supplier<Object>> late() {
    return Optional.ofNullable(late.get());
  }

  private <T> T mortal(Class<T> port, T target) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          Supplier<Object> work = () -> invoke(method, target, arguments);
          var name = method.getName();
          return switch (name) {
            case "claim", "nextDue" -> dead ? Optional.empty() : work.get();
            case "renew", "abandon", "wake", "wakeAll" -> passing(name, work);
            default -> EFFECTS.contains(name) ? effect(port, name, arguments, work) : alive(work);
          };
        };
    return port.cast(
        Proxy.newProxyInstance(Life.class.getClassLoader(), new Class<?>[] {port}, handler));
  }

  private static Object invoke(Method method, Object target, Object[] arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException trouble
          ? trouble
          : new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private Object alive(Supplier<Object> work) {
    if (dead) {
      throw new Killed();
    }
    return work.get();
  }

  private Object passing(String name, Supplier<Object> work) {
    var result = alive(work);
    ring(name);
    return result;
  }

  private Object effect(Class<?> port, String name, Object[] arguments, Supplier<Object> work) {
    Optional<Moment> ends;
    synchronized (this) {
      if (dead) {
        throw new Killed();
      }
      var what = nameOf(port, name, arguments);
      var effect = new Effect(what, counts.merge(what, 1, Integer::sum));
      effects.add(effect);
      ends = end.filter(point -> point.effect().equals(effect)).map(Point::moment);
      if (ends.equals(Optional.of(Moment.BEFORE))) {
        late.set(name.equals("perform") ? work : null);
        dead = true;
        throw new Killed();
      }
    }
    var result = work.get();
    if (ends.isPresent()) {
      dead = true;
      if (ends.get() == Moment.AFTER) {
        throw new Killed();
      }
    }
    ring(name);
    return result;
  }

  private static String nameOf(Class<?> port, String method, Object[] arguments) {
    return switch (method) {
      case "perform" -> port.getSimpleName() + ".perform " + ((Step) arguments[1]).key();
      case "add" ->
          ((List<?>) arguments[0])
              .stream()
                  .map(event -> ((NewEvent) event).text())
                  .collect(Collectors.joining("; ", "add ", ""));
      case "note" -> "note " + arguments[3];
      default -> method;
    };
  }

  /// The store's notification of all listeners.
  private void ring(String name) {
    if (WAKING.contains(name) && !dead) {
      worker.ring("");
    }
  }

  @Override
  public void close() {
    dead = true;
    worker.close();
  }
}
