package run.ephemeral.artifact.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.artifact.registry.Registry.Answer;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.KeyedLocks;
import run.ephemeral.core.artifact.Artifacts;
import run.ephemeral.core.artifact.Images;
import run.ephemeral.core.artifact.Platforms;
import run.ephemeral.core.artifact.PullSecrets;
import run.ephemeral.core.artifact.Pushes;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Artifact;
import run.ephemeral.core.release.ArtifactOrder;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;

/// Images that CI pushes to registries. The first of an order's tags that exists is resolved to a
/// digest, which is used until a tag is seen to have moved.
///
/// A tag is asked for again for an hour after its order was last looked up: after 5 s at first, up
/// to 60 s later. However many environments use an image, its registry is asked once for all.
public final class Registries implements Artifacts, PullSecrets, Pushes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Registries.class);
  private static final Duration FRESH = Duration.ofSeconds(4);
  private static final Duration SOONEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration WATCHED = Duration.ofHours(1);
  /// How long people wait for the answers of all registries.
  private static final Duration PATIENCE = Duration.ofSeconds(45);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Images images;
  private final Credentials credentials;
  private final Registry registry;
  private final Platforms platforms;
  private final Runnable moved;
  private final Map<Digest, Asked> asked = new ConcurrentHashMap<>();
  private final Map<Digest, Watched> watched = new ConcurrentHashMap<>();
  private final FewAtOnce questions = new FewAtOnce();

  /// Background polls take a place here first: at most four a registry queue for `questions`.
  private final FewAtOnce polls = new FewAtOnce();
  private final KeyedLocks<Digest> turns = new KeyedLocks<>();
  private final Thread poller = Thread.ofVirtual().name("registries").unstarted(this::poll);

  /// @param began `System.nanoTime()` when the question began
  /// @param at `System.nanoTime()` from which on the registry may be asked again
  private record Asked(ArtifactOrder.Pulled order, Outcome outcome, long began, long at) {
    /// A registry that limits us is not asked before it said.
    boolean isLimited() {
      return at - System.nanoTime() > FRESH.toNanos();
    }

    /// @param since answers to questions that began before are too old
    boolean isGood(long since) {
      return at - System.nanoTime() > 0 && (began - since >= 0 || isLimited());
    }
  }

  /// What a registry said.
  ///
  /// @param lasts how long it is not asked again
  private record Said(Outcome outcome, Duration lasts) {}

  /// @param until `System.nanoTime()` at which the watch ends
  /// @param at `System.nanoTime()` of the next question
  private record Watched(ArtifactOrder.Pulled order, long until, long at, Duration pause) {}

  /// @param dockerConfig Docker's config.json
  /// @param plain registries that speak HTTP without TLS, besides those of this machine
  /// @param platforms one of which an image has to have
  /// @param moved called after an image, or another one, was found for an order
  public Registries(
      Images images, Path dockerConfig, Set<String> plain, Platforms platforms, Runnable moved) {
    this.images = images;
    this.platforms = platforms;
    this.credentials = new Credentials(dockerConfig);
    this.registry = new Registry(credentials, plain);
    this.moved = moved;
  }

  public void start() {
    poller.start();
  }

  @Override
  public Map<Digest, Artifact> known(Set<ArtifactOrder> orders) {
    var pulled = new HashMap<Digest, ArtifactOrder.Pulled>();
    for (var order : orders) {
      if (order instanceof ArtifactOrder.Pulled one) {
        pulled.put(one.key(), one);
      }
    }
    var found = images.find(pulled.keySet());
    pulled.values().stream().filter(one -> found.containsKey(one.key())).forEach(this::watch);
    return new HashMap<>(found);
  }

  private void watch(ArtifactOrder.Pulled order) {
    var now = System.nanoTime();
    var soon = now + (asked.containsKey(order.key()) ? SOONEST.toNanos() : 0);
    watched.compute(
        order.key(),
        (_, before) ->
            new Watched(
                order,
                now + WATCHED.toNanos(),
                before == null || soon - before.at() < 0 ? soon : before.at(),
                SOONEST));
  }

  private void poll() {
    try {
      while (true) {
        Thread.sleep(TICK);
        var now = System.nanoTime();
        asked.values().removeIf(one -> now - one.at() > WATCHED.toNanos());
        for (var one : Set.copyOf(watched.values())) {
          if (System.nanoTime() - one.until() > 0) {
            watched.remove(one.order().key());
          } else if (System.nanoTime() - one.at() > 0) {
            lookSoon(one, known());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Each question has a thread of its own, and each registry few at a time: one that is slow
  /// delays only its own images.
  private void lookSoon(Watched one, long since) {
    polls
        .enterNow(ImageName.host(one.order().image()))
        .ifPresent(
            place -> {
              postpone(one);
              Thread.ofVirtual().name("registry").start(() -> look(one, since, place));
            });
  }

  private void look(Watched one, long since, FewAtOnce.Place place) {
    try (place) {
      var _ = find(one.order(), since);
    } catch (RuntimeException e) {
      LOG.warn("cannot look for {}: {}", one.order().image(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void pushed(String image) {
    var name = ImageName.parse(image);
    for (var one : List.copyOf(asked.values())) {
      if (!one.isLimited() && isOf(one.order(), name) && asked.remove(one.order().key(), one)) {
        var now = System.nanoTime();
        var waited = new Watched(one.order(), now + WATCHED.toNanos(), now, SOONEST);
        watched.put(one.order().key(), waited);
        lookSoon(waited, now);
      }
    }
  }

  @Override
  public Optional<Fault> look(Set<ArtifactOrder> orders) throws InterruptedException {
    var now = System.nanoTime();
    var end = now + PATIENCE.toNanos();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new LinkedHashMap<ArtifactOrder.Pulled, Future<Optional<Fault>>>();
      for (var order : orders) {
        if (order instanceof ArtifactOrder.Pulled one) {
          running.put(one, threads.submit(() -> fault(one, now)));
        }
      }
      try {
        var first = Optional.<Fault>empty();
        for (var one : running.entrySet()) {
          var fault = answered(one.getKey(), one.getValue(), end);
          first = first.or(() -> fault);
        }
        return first;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static Optional<Fault> answered(
      ArtifactOrder.Pulled order, Future<Optional<Fault>> coming, long end)
      throws InterruptedException, ExecutionException {
    try {
      return coming.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      var why =
          "%s did not answer this and earlier questions within %d s"
              .formatted(ImageName.host(order.image()), PATIENCE.toSeconds());
      return Optional.of(Fault.external(why, e));
    }
  }

  private Optional<Fault> fault(ArtifactOrder.Pulled order, long since)
      throws InterruptedException {
    try {
      return find(order, since) instanceof Outcome.Failed(var fault)
          ? Optional.of(fault)
          : Optional.empty();
    } catch (FaultException e) {
      return Optional.of(e.fault());
    } catch (RuntimeException e) {
      LOG.error("cannot look for {}", order.image(), e);
      var why = "%s cannot be looked for; see the server's log".formatted(order.image());
      return Optional.of(Fault.internal(why, e));
    }
  }

  /// Answers that are known are good enough: all that are kept.
  private static long known() {
    return System.nanoTime() - WATCHED.toNanos();
  }

  private static boolean isOf(ArtifactOrder.Pulled order, ImageName name) {
    try {
      return ImageName.parse(order.image()).equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Tells of an image that was not there before: no environment asks for it just now.
  private Outcome find(ArtifactOrder.Pulled order, long since) throws InterruptedException {
    var isNew = images.find(Set.of(order.key())).isEmpty();
    var outcome = resolve(order, since);
    if (outcome instanceof Outcome.Done && isNew) {
      moved.run();
    }
    return outcome;
  }

  private void postpone(Watched one) {
    var pause =
        one.pause().multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : one.pause().multipliedBy(2);
    var jitter = ThreadLocalRandom.current().nextLong(pause.toNanos() / 5);
    var at = System.nanoTime() + pause.toNanos() - jitter;
    watched.computeIfPresent(
        one.order().key(), (_, known) -> new Watched(known.order(), known.until(), at, pause));
  }

  @Override
  public Outcome perform(EnvironmentKey environment, Step.OfArtifact step, Fence fence)
      throws InterruptedException {
    return switch (step) {
      case Step.Resolve resolve -> resolve(resolve.order(), known());
      case Step.Build _ -> throw new IllegalStateException("a registry builds nothing");
    };
  }

  /// @param since an answer to a question that began before is too old
  private Outcome resolve(ArtifactOrder.Pulled order, long since) throws InterruptedException {
    try (var _ = turns.take(order.key())) {
      var last = asked.get(order.key());
      if (last != null && last.isGood(since)) {
        return last.outcome();
      }
      var began = System.nanoTime();
      var said = inTurn(order);
      var until = System.nanoTime() + said.lasts().toNanos();
      asked.put(order.key(), new Asked(order, said.outcome(), began, until));
      return said.outcome();
    } catch (FaultException e) {
      // A credential helper that was interrupted is nobody's fault.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }

  private Said inTurn(ArtifactOrder.Pulled order) throws InterruptedException {
    try (var _ = questions.enter(ImageName.host(order.image()))) {
      return ask(order);
    }
  }

  private Said ask(ArtifactOrder.Pulled order) throws InterruptedException {
    ImageName image;
    try {
      image = ImageName.parse(order.image());
    } catch (IllegalArgumentException e) {
      return new Said(new Outcome.Failed(Fault.user(String.valueOf(e.getMessage()))), FRESH);
    }
    for (var tag : order.tags()) {
      switch (registry.find(image, tag)) {
        case Answer.Found(var digest, var isIndex) -> {
          var found = new Artifact.Image(image.toString(), tag, digest);
          return new Said(isIndex ? fitting(order, image, found) : keep(order, found), FRESH);
        }
        case Answer.Missing() -> {}
        case Answer.Refused(var signedIn) -> {
          return new Said(failed(refused(image, signedIn)), FRESH);
        }
        case Answer.Limited(var after) -> {
          var why =
              "%s limits how often it is asked; again in %d s"
                  .formatted(image.host(), after.toSeconds());
          return new Said(failed(why), after);
        }
        case Answer.Away(var why) -> {
          return new Said(failed(why), FRESH);
        }
      }
    }
    return new Said(new Outcome.NotYet(), FRESH);
  }

  /// An index is judged before its first use: does it have an image for any node? Of an image that
  /// moved, the cluster says it, since a refusal here would leave the one before in use, and nobody
  /// would know why.
  private Outcome fitting(ArtifactOrder.Pulled order, ImageName name, Artifact.Image image)
      throws InterruptedException {
    var wanted = new TreeSet<>(platforms.all());
    if (wanted.isEmpty() || images.find(Set.of(order.key())).containsKey(order.key())) {
      return keep(order, image);
    }
    var has = registry.platforms(name, image.digest());
    if (has.isEmpty() || has.stream().anyMatch(wanted::contains)) {
      return keep(order, image);
    }
    return failed(
        "image %s:%s has no %s: it has %s; build it for the cluster's nodes, too"
            .formatted(
                order.image(), image.tag(), String.join(" or ", wanted), String.join(", ", has)));
  }

  private Outcome keep(ArtifactOrder.Pulled order, Artifact.Image image) {
    var before = Optional.ofNullable(images.find(Set.of(order.key())).get(order.key()));
    if (before.filter(image::equals).isEmpty()) {
      images.write(order.key(), image);
      if (before.isPresent()) {
        LOG.info("{}:{} is {} now", image.image(), image.tag(), image.digest());
        moved.run();
      }
    }
    return new Outcome.Done("found %s:%s".formatted(order.image(), image.tag()));
  }

  private static Outcome failed(String why) {
    return new Outcome.Failed(new Fault(Fault.Kind.EXTERNAL, why, ""));
  }

  private static String refused(ImageName image, boolean signedIn) {
    return signedIn
        ? "%s does not exist, or the credentials for %s may not read it"
            .formatted(image, image.host())
        : "%s does not exist, or %s wants a sign-in: docker login %s"
            .formatted(image, image.host(), image.host());
  }

  @Override
  public Optional<String> of(Set<String> names) {
    var parsed = new HashSet<ImageName>();
    names.forEach(name -> parsed.add(ImageName.parse(name.replaceFirst("@.*", ""))));
    return credentials.config(parsed);
  }

  @Override
  public void close() {
    poller.interrupt();
  }
}
