package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Digest;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Tells whose pods went, or changed in what an observation sees of them: of a pod that begins to
/// start, there is nothing to see. Whatever else changes in an environment, its pods change with
/// it.
///
/// An event only wakes an environment or a step, which then looks: what the watch knows tells only
/// that there is nothing to look for yet. A list every ten minutes finds what
/// the watch missed: a watch can stay silent though its connection is open. The list is the truth,
/// also after a cluster was restored from a backup: what is not in it is forgotten, however new.
final class PodWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodWatch.class);
  private static final String PODS = "/api/v1/pods";
  private static final String PAGE = "500";
  private static final Duration RELIST = Duration.ofMinutes(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  /// A watch that ends sooner is begun again more and more slowly.
  private static final Duration SHORT = Duration.ofSeconds(10);

  private static final Duration LATE = Duration.ofSeconds(30);
  private static final long FIRST_MILLIS = 500;
  private static final long LONGEST_MILLIS = 30_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiServer api;
  private final Labels labels;
  private final Consumer<Change> changed;
  private final Thread thread;
  private final Interval interval;
  private final Consumer<String> alarm;
  private volatile boolean isFollowing;

  /// @param relist how long a watch lasts, after which all pods are listed
  /// @param late how much later than that the server may end it
  record Interval(Duration relist, Duration late) {
    static final Interval USUAL = new Interval(RELIST, LATE);
  }

  /// By their uids.
  private volatile Map<String, Pod> known = new ConcurrentHashMap<>();

  /// A pod that changed or went.
  ///
  /// @param component as its label says
  /// @param decides see [Pods.Seen]
  record Change(EnvironmentId environment, String component, boolean decides) {}

  private record Pod(Pods.Seen seen, Optional<EnvironmentId> environment) {
    /// A pod that begins to start is no change for anybody.
    boolean differs(@Nullable Pod before) {
      return before == null ? !seen.how().isEmpty() : !equals(before);
    }

    Optional<Change> change(boolean decides) {
      return environment.map(id -> new Change(id, seen.component(), decides));
    }
  }

  PodWatch(ApiServer api, Labels labels, Consumer<Change> changed) {
    this(api, labels, changed, Interval.USUAL, LOG::warn);
  }

  /// @param alarm is told of a watch that has stayed silent for longer than it may last
  PodWatch(
      ApiServer api,
      Labels labels,
      Consumer<Change> changed,
      Interval interval,
      Consumer<String> alarm) {
    this.interval = interval;
    this.alarm = alarm;
    this.api = api;
    this.labels = labels;
    this.changed = changed;
    this.thread = Thread.ofVirtual().name("pods").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Whether changes are told at once.
  boolean isFollowing() {
    return isFollowing;
  }

  /// Whether a component has a ready pod of this version, as far as it was told of.
  boolean hasReady(EnvironmentId environment, ComponentName component, Digest version) {
    return known.values().stream()
        .filter(pod -> pod.environment().filter(environment::equals).isPresent())
        .anyMatch(pod -> pod.seen().isReady(component, version));
  }

  private void run() {
    var pause = FIRST_MILLIS;
    try {
      while (true) {
        try {
          var began = System.nanoTime();
          follow(list());
          if (System.nanoTime() - began > SHORT.toNanos()) {
            pause = FIRST_MILLIS;
            continue;
          }
          Thread.sleep(pause);
          pause = Math.min(LONGEST_MILLIS, pause * 2);
        } catch (IOException | RuntimeException e) {
          if (thread.isInterrupted()) {
            return;
          }
          var wish = e instanceof ApiException busy ? busy.retryAfter().toMillis() : 0;
          var until = Math.max(pause, wish);
          LOG.warn("pods are not watched, again in {} ms: {}", until, e.toString());
          Thread.sleep(until + ThreadLocalRandom.current().nextLong(pause / 2));
          pause = Math.min(LONGEST_MILLIS, pause * 2);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return the resource version of the list
  private String list() {
    var now = new ConcurrentHashMap<String, Pod>();
    var query = new HashMap<>(Map.of("labelSelector", labels.selector(), "limit", PAGE));
    JsonNode list;
    do {
      list = api.collection(PODS, query);
      list.path("items").forEach(pod -> now.put(uid(pod), pod(pod)));
      query.put("continue", list.path("metadata").path("continue").asText());
    } while (!list.path("metadata").path("continue").asText().isEmpty());
    var changes = new HashSet<Change>();
    now.forEach(
        (uid, pod) -> {
          if (pod.differs(known.get(uid))) {
            pod.change(true).ifPresent(changes::add);
          }
        });
    known.forEach(
        (uid, pod) -> {
          if (!now.containsKey(uid)) {
            pod.change(true).ifPresent(changes::add);
          }
        });
    known = now;
    changes.forEach(changed);
    return list.path("metadata").path("resourceVersion").asText();
  }

  private void follow(String version) throws IOException {
    var query =
        Map.of(
            "watch",
            "true",
            "labelSelector",
            labels.selector(),
            "resourceVersion",
            version,
            "timeoutSeconds",
            Long.toString(interval.relist().toSeconds()));
    var isOver = new AtomicBoolean();
    try (var in = api.stream(PODS, query, ANSWER);
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      var guard = Thread.startVirtualThread(() -> closeLate(in, isOver));
      isFollowing = true;
      try {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!take(JSON.readTree(line))) {
            return;
          }
        }
      } finally {
        isFollowing = false;
        isOver.set(true);
        guard.interrupt();
      }
    }
  }

  /// Ends a watch that the server should have ended.
  private void closeLate(InputStream in, AtomicBoolean isOver) {
    try {
      Thread.sleep(interval.relist().plus(interval.late()));
      if (!isOver.get()) {
        alarm.accept(
            "the watch of pods did not end after %d s and is begun again: something between here"
                    .formatted(interval.relist().toSeconds())
                + " and the API server keeps silent connections open");
        in.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("the watch cannot be closed", e);
    }
  }

  /// @return false when the pods have to be listed again, such as after a gap
  private boolean take(JsonNode event) {
    var object = event.path("object");
    var now = pod(object);
    switch (event.path("type").asText()) {
      case "ADDED", "MODIFIED" -> {
        var before = known.put(uid(object), now);
        if (now.differs(before)) {
          var decided = before != null && before.seen().decides();
          now.change(decided || now.seen().decides()).ifPresent(changed);
        }
      }
      case "DELETED" -> {
        known.remove(uid(object));
        now.change(true).ifPresent(changed);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String uid(JsonNode pod) {
    return pod.path("metadata").path("uid").asText();
  }

  private static Pod pod(JsonNode pod) {
    return new Pod(Pods.seen(pod), Labels.environment(pod));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
