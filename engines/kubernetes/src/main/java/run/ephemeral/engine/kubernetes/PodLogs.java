package run.ephemeral.engine.kubernetes;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
/// lines are kept.
final class PodLogs implements LogReader {
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final int MOST_LINES = 5000;
  private static final String MOST_BYTES = Integer.toString(8 << 20);

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
    var path = paths.core("pods") + "/" + pod + "/log";
    var asked =
        new HashMap<>(Map.of("timestamps", "true", "tailLines", tail(), "limitBytes", MOST_BYTES));
    var since = seen.getOrDefault(pod, "");
    if (previous) {
      asked.put("previous", "true");
    } else if (!since.isEmpty()) {
      asked.put("sinceTime", since);
    }
    try {
      var lines = new ArrayList<Line>();
      var text = new String(api.bytes(path, asked), StandardCharsets.UTF_8);
      for (var line : END.splitAsStream(text).toList()) {
        var parts = LINE.matcher(line);
        if (parts.matches() && (previous || parts.group(1).compareTo(since) > 0)) {
          lines.add(new Line(parts.group(1), parts.group(2)));
        }
      }
      if (!lines.isEmpty() && !previous) {
        seen.put(pod, lines.getLast().time());
      }
      return lines;
    } catch (ApiException e) {
      // The container has not started, or the pod has gone since.
      if (e.isMissing() || e.status() == 400) {
        return List.of();
      }
      throw e;
    }
  }

  private String tail() {
    return Integer.toString(isFirst ? last : MOST_LINES);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
