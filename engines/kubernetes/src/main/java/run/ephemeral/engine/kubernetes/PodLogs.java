package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  private static final String LEFT_OUT =
      "(ephemeral: older lines are left out here, because there are more than can be read at once)";

  private static final Pattern END = Pattern.compile("\n");

  /// A line with its time. The kubelet ends lines that are too long.
  private static final Pattern LINE = Pattern.compile("(\\d{4}-\\S{10,40}) ?(.*)", Pattern.DOTALL);

  private final ApiServer api;
  private final Paths paths;
  private final String container;
  private final Map<String, String> query;
  private final int last;

  /// The time of the last line of each pod, as the kubelet wrote it.
  private final Map<String, String> seen = new HashMap<>();

  private boolean isFirst = true;
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

  private record Line(String time, String text) {}

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
    for (var pod : api.list(paths.core("pods"), query)) {
      var name = pod.path("metadata").path("name").asText();
      if (isFirst && isRestarted(pod)) {
        lines.addAll(noted(read(name, true), false));
      }
      lines.addAll(current(name));
    }
    lines.sort(Comparator.comparing(Line::time));
    var isTail = isFirst;
    isFirst = false;
    var from = isTail ? Math.max(0, lines.size() - last) : 0;
    return lines.subList(from, lines.size()).stream().map(Line::text).toList();
  }

  /// A cluster may add containers of its own to each pod.
  private boolean isRestarted(JsonNode pod) {
    return pod.at("/status/containerStatuses")
        .valueStream()
        .filter(status -> status.path("name").asText().equals(container))
        .anyMatch(status -> status.path("restartCount").asInt() > 0);
  }

  /// Where lines are missing, the container may have been started anew: the one before it may have
  /// written more.
  private List<Line> current(String pod) {
    var now = read(pod, false);
    var lines = new ArrayList<Line>();
    if (!now.follows() && !now.lines().isEmpty() && seen.containsKey(pod)) {
      var before = read(pod, true);
      lines.addAll(before.follows() ? before.lines() : List.of());
      lines.addAll(noted(now, before.follows() && !now.isFull()));
    } else {
      lines.addAll(noted(now, false));
    }
    if (!lines.isEmpty()) {
      seen.put(pod, lines.getLast().time());
    }
    return lines;
  }

  private static List<Line> noted(Piece piece, boolean isBegun) {
    var lines = piece.lines();
    if (lines.isEmpty() || piece.follows() || isBegun) {
      return lines;
    }
    var noted = new ArrayList<Line>();
    noted.add(new Line(lines.getFirst().time(), LEFT_OUT));
    noted.addAll(lines);
    return noted;
  }

  private Piece read(String pod, boolean previous) {
    var since = seen.getOrDefault(pod, "");
    // Of none, at least the time of the newest one is needed.
    var asked = isFirst ? Math.max(1, last) : MOST_LINES;
    var tail = asked;
    try {
      var text = text(pod, previous, since, tail);
      // The kubelet cuts the newest lines off. Of fewer lines, it sends all.
      while (text.length >= MOST_BYTES && tail > 1) {
        tail /= 2;
        text = text(pod, previous, since, tail);
      }
      var lines = lines(text);
      var fresh = lines.stream().filter(line -> line.time().compareTo(since) > 0).toList();
      var isFull = tail < asked || lines.size() >= tail;
      // The last line that was read comes again, unless it is too old, or in a rotated file.
      var follows =
          since.isEmpty() ? tail == asked && (isFirst || !isFull) : fresh.size() < lines.size();
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
