package run.ephemeral.engine.kubernetes;

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
    var selector = labels.selector(Labels.COMPONENT, component.value());
    this.query = Map.of("labelSelector", selector);
    this.last = last;
  }

  private record Line(String time, String text) {}

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
      var restarts =
          pod.path("status").path("containerStatuses").path(0).path("restartCount").asInt();
      if (isFirst && restarts > 0) {
        lines.addAll(read(name, true));
      }
      lines.addAll(read(name, false));
    }
    lines.sort(Comparator.comparing(Line::time));
    var isTail = isFirst;
    isFirst = false;
    var from = isTail ? Math.max(0, lines.size() - last) : 0;
    return lines.subList(from, lines.size()).stream().map(Line::text).toList();
  }

  private List<Line> read(String pod, boolean previous) {
    var since = previous ? "" : seen.getOrDefault(pod, "");
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
      if (!fresh.isEmpty() && !previous) {
        seen.put(pod, fresh.getLast().time());
      }
      // Lines that were read before come first, unless some are left out.
      var isUncut = tail == asked && (isFirst || lines.size() < tail);
      var isWhole = isUncut || fresh.size() < lines.size();
      return isWhole || fresh.isEmpty() ? fresh : withNote(fresh);
    } catch (ApiException e) {
      // The container has not started, or the pod has gone since.
      if (e.isMissing() || e.status() == 400) {
        return List.of();
      }
      throw e;
    }
  }

  private byte[] text(String pod, boolean previous, String since, int tail) {
    var asked =
        new HashMap<>(
            Map.of(
                "timestamps", "true",
                "tailLines", Integer.toString(tail),
                "limitBytes", Integer.toString(MOST_BYTES)));
    if (previous) {
      asked.put("previous", "true");
    } else if (!since.isEmpty()) {
      asked.put("sinceTime", since);
    }
    return api.bytes(paths.core("pods") + "/" + pod + "/log", asked);
  }

  private static List<Line> lines(byte[] text) {
    return END.splitAsStream(new String(text, StandardCharsets.UTF_8))
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(parts -> new Line(parts.group(1), parts.group(2)))
        .toList();
  }

  private static List<Line> withNote(List<Line> lines) {
    var noted = new ArrayList<Line>();
    noted.add(new Line(lines.getFirst().time(), LEFT_OUT));
    noted.addAll(lines);
    return noted;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
