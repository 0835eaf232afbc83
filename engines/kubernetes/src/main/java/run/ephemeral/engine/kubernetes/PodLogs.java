package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import run.ephemeral.core.engine.LogReader;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// The log of a component: the lines of all its pods by their times, at first those of a container
/// that ended before, too.
///
/// It asks at most once a second for the lines since the last one, and follows nothing: a reader
/// that is not read costs nothing. Of a container that writes faster than it is read, the newest
/// lines are kept, and a line says so.
final class PodLogs implements LogReader {
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final int MOST_LINES = 5000;
  private static final int MOST_BYTES = 8 << 20;
  private static final int MOST_LOOKS = 3;
  private static final Duration AGAIN = Duration.ofSeconds(30);
  private static final Duration LATEST = Duration.ofMinutes(5);

  private static final String LEFT_OUT =
      "(ephemeral: older lines are left out here, because there are more than can be read at once)";

  private static final String STARTED_ANEW =
      "(ephemeral: the container was started anew; its last lines before may be missing here)";

  private static final String MEANWHILE =
      "(ephemeral: lines that were written since may be missing here)";

  /// After all times.
  private static final String LAST = "~";

  private static final Pattern END = Pattern.compile("\n");

  /// A line with its time. The kubelet ends lines that are too long.
  private static final Pattern LINE = Pattern.compile("(\\d{4}-\\S{10,40}) ?(.*)", Pattern.DOTALL);

  private final ApiServer api;
  private final Paths paths;
  private final String container;
  private final Map<String, String> query;
  private final int last;

  private final Map<String, Position> seen = new HashMap<>();

  private final Map<String, Unreadable> unreadable = new HashMap<>();

  private boolean isFirst = true;
  private boolean isAway;
  private long askedAt;

  /// @param last how many of the existing lines are read first
  PodLogs(
      ApiServer api, Labels labels, EnvironmentKey environment, ComponentName component, int last) {
    this.api = api;
    this.paths = new Paths(environment);
    this.container = component.value();
    var selector = labels.selector(Labels.COMPONENT, component.value());
    this.query = Map.of("labelSelector", selector);
    this.last = last;
  }

  private record Line(String time, String text) {
    static Line now(String text) {
      return new Line(Instant.now().toString(), text);
    }
  }

  /// A pod whose log could not be read.
  ///
  /// @param until `System.nanoTime()` from which on it is asked again
  /// @param isTail whether its lines of before are still wanted as those of the beginning
  private record Unreadable(long until, Duration pause, boolean isTail) {
    Unreadable again() {
      var next = pause.multipliedBy(2).compareTo(LATEST) > 0 ? LATEST : pause.multipliedBy(2);
      return new Unreadable(System.nanoTime() + next.toNanos(), next, isTail);
    }
  }

  /// The state of a pod's container before its log was read.
  ///
  /// @param isTail whether only its last lines are wanted
  private record State(String pod, int restarts, boolean hasEnded, boolean isTail) {}

  /// What was read last of a pod.
  ///
  /// @param time of the last line, as the kubelet wrote it; empty for none
  /// @param restarts of its container by then
  /// @param hasEnded whether the container had ended, so that all its lines were read
  /// @param looks since then that could not tell why lines are missing
  private record Position(String time, int restarts, boolean hasEnded, int looks) {
    static final Position START = new Position("", 0, false, 0);

    Position lookedAt() {
      return new Position(time, restarts, hasEnded, looks + 1);
    }
  }

  /// Lines after the last one that was read.
  ///
  /// @param follows whether no line between that one and these is missing
  /// @param isFull whether there are as many as were asked for
  private record Piece(List<Line> lines, boolean follows, boolean isFull) {}

  @Override
  public List<String> next() {
    if (!isFirst && System.nanoTime() - askedAt < BETWEEN.toNanos()) {
      return List.of();
    }
    return rest();
  }

  @Override
  public List<String> rest() {
    try {
      return ask();
    } catch (ApiException e) {
      throw ClusterFault.thrown(e);
    }
  }

  private List<String> ask() {
    askedAt = System.nanoTime();
    var lines = new ArrayList<Line>();
    try {
      for (var pod : api.list(paths.core("pods"), query)) {
        lines.addAll(ofPod(pod));
      }
      isAway = false;
    } catch (ApiException e) {
      if (isFirst || !isPassing(e)) {
        throw e;
      }
      askedAt = System.nanoTime();
      if (!isAway) {
        lines.add(Line.now("(ephemeral: waiting for more lines: %s)".formatted(e.getMessage())));
      }
      isAway = true;
    }
    lines.sort(Comparator.comparing(Line::time));
    var wanted = isFirst ? tail(lines) : lines;
    isFirst = false;
    return wanted.stream().map(Line::text).toList();
  }

  /// Whether it may answer again by itself, unlike after credentials have expired.
  private static boolean isPassing(ApiException e) {
    return e.status() == 0 || e.status() == 429 || e.status() >= 500;
  }

  /// A pod whose log cannot be read, such as of a node that does not answer, does not hide the
  /// others. It is asked again now and then.
  private List<Line> ofPod(JsonNode pod) {
    var name = pod.path("metadata").path("name").asText();
    var known = unreadable.get(name);
    if (known != null && System.nanoTime() - known.until() < 0) {
      return List.of();
    }
    var isTail = known == null ? isFirst : known.isTail();
    try {
      var lines = lines(state(name, pod, isTail));
      unreadable.remove(name);
      if (!isTail) {
        return lines;
      }
      if (known == null || lines.size() < Math.max(1, last)) {
        return tail(lines);
      }
      var noted = new ArrayList<>(List.of(new Line(lines.getFirst().time(), MEANWHILE)));
      noted.addAll(tail(lines));
      return noted;
    } catch (ApiException e) {
      if (known != null) {
        unreadable.put(name, known.again());
        return List.of();
      }
      unreadable.put(name, new Unreadable(System.nanoTime() + AGAIN.toNanos(), AGAIN, isTail));
      return List.of(
          Line.now(
              "(ephemeral: the log of pod %s cannot be read: %s)".formatted(name, e.getMessage())));
    }
  }

  private List<Line> tail(List<Line> lines) {
    return lines.subList(Math.max(0, lines.size() - last), lines.size());
  }

  private State state(String name, JsonNode pod, boolean isTail) {
    return Pods.container(pod, container)
        .map(
            status ->
                new State(
                    name,
                    status.path("restartCount").asInt(),
                    !status.path("state").has("running"),
                    isTail))
        .orElse(new State(name, 0, false, isTail));
  }

  private List<Line> lines(State state) {
    var last = seen.getOrDefault(state.pod(), Position.START);
    var now = read(state, false, last.time());
    var isRestarted = state.restarts() > last.restarts();
    var goesOn = now.follows() && !last.time().isEmpty();
    if (goesOn || (!isRestarted && (now.follows() || now.lines().isEmpty()))) {
      return took(state, now.lines());
    }
    // The container was started anew, or lines are missing.
    var before = read(state, true, last.time());
    var lines = new ArrayList<>(earlier(before.lines(), now.lines()));
    var isCut = now.isFull() && !now.follows();
    if (before.follows() || (isRestarted && last.time().isEmpty())) {
      lines.addAll(isCut ? noted(LEFT_OUT, now.lines()) : now.lines());
      var isWhole = before.follows() || state.isTail();
      return took(state, isWhole ? lines : noted(why(before, state, last), lines));
    }
    if (isCut || last.looks() == MOST_LOOKS) {
      return took(state, noted(LEFT_OUT, now.lines()));
    }
    if (isRestarted) {
      lines.addAll(now.lines());
      var wasWhole = last.hasEnded() && state.restarts() == last.restarts() + 1;
      return took(state, wasWhole ? lines : noted(STARTED_ANEW, lines));
    }
    // The cluster says that a container was started anew a moment after it has written.
    seen.put(state.pod(), last.lookedAt());
    return List.of();
  }

  /// Why the lines of a pod that was not read before are not all there.
  private static String why(Piece before, State state, Position last) {
    if (before.isFull()) {
      return LEFT_OUT;
    }
    return state.restarts() > last.restarts() + 1 ? STARTED_ANEW : "";
  }

  /// While a container waits to be started anew, it is the one before and the current one, too.
  private static List<Line> earlier(List<Line> lines, List<Line> current) {
    var first = current.isEmpty() ? LAST : current.getFirst().time();
    return lines.stream().filter(line -> line.time().compareTo(first) < 0).toList();
  }

  private List<Line> took(State state, List<Line> lines) {
    var before = seen.getOrDefault(state.pod(), Position.START);
    var time = lines.isEmpty() ? before.time() : lines.getLast().time();
    seen.put(state.pod(), new Position(time, state.restarts(), state.hasEnded(), 0));
    return lines;
  }

  private static List<Line> noted(String note, List<Line> lines) {
    if (note.isEmpty() || lines.isEmpty()) {
      return lines;
    }
    var noted = new ArrayList<Line>();
    noted.add(new Line(lines.getFirst().time(), note));
    noted.addAll(lines);
    return noted;
  }

  private Piece read(State state, boolean previous, String since) {
    // Of none, at least the time of the newest one is needed.
    var asked = state.isTail() ? Math.max(1, last) : MOST_LINES;
    var tail = asked;
    try {
      var text = text(state.pod(), previous, since, tail);
      // The kubelet cuts the newest lines off. Of fewer lines, it sends all.
      while (text.length >= MOST_BYTES && tail > 1) {
        tail /= 2;
        text = text(state.pod(), previous, since, tail);
      }
      var lines = lines(text);
      var fresh = lines.stream().filter(line -> line.time().compareTo(since) > 0).toList();
      var isFull = tail < asked || lines.size() >= tail;
      // The last line that was read comes again, unless it is too old, or in a rotated file.
      var follows =
          since.isEmpty()
              ? tail == asked && (state.isTail() || !isFull)
              : fresh.size() < lines.size();
      return new Piece(fresh, follows, isFull);
    } catch (ApiException e) {
      // The container has not started, or the pod has gone since.
      if (e.isMissing() || e.status() == 400) {
        return new Piece(List.of(), false, false);
      }
      throw e;
    }
  }

  private byte[] text(String pod, boolean previous, String since, int tail) {
    var asked =
        new HashMap<>(
            Map.of(
                "container",
                container,
                "timestamps",
                "true",
                "tailLines",
                Integer.toString(tail),
                "limitBytes",
                Integer.toString(MOST_BYTES)));
    if (previous) {
      asked.put("previous", "true");
    }
    if (!since.isEmpty()) {
      asked.put("sinceTime", since);
    }
    return api.lines(paths.core("pods") + "/" + pod + "/log", asked, tail);
  }

  private static List<Line> lines(byte[] text) {
    return END.splitAsStream(new String(text, StandardCharsets.UTF_8))
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(parts -> new Line(parts.group(1), parts.group(2)))
        .toList();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
