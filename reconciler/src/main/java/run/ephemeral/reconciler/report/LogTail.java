package run.ephemeral.reconciler.report;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.report.Report;

/// The end of a log, as Markdown.
public final class LogTail {
  private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
  private static final int LAST_LINES = 20;
  private static final int LONGEST_LINE = 300;

  private final LastLines lastLines;

  public LogTail(LastLines lastLines) {
    this.lastLines = lastLines;
  }

  /// Reads the end of a log.
  public interface LastLines {
    /// @return empty when there is no such log
    List<String> of(EnvironmentId environment, Report.Log log, int most);
  }

  /// Empty for none, and for one that cannot be read: that keeps nothing else from being told.
  public String of(EnvironmentId environment, Optional<Report.Log> log) {
    try {
      return log.map(known -> of(environment, known)).orElse("");
    } catch (RuntimeException e) {
      LOG.warn("the {} of environment {} cannot be read", log, environment, e);
      return "";
    }
  }

  /// Empty for an empty log.
  public String of(EnvironmentId environment, Report.Log log) {
    var lines =
        lastLines.of(environment, log, LAST_LINES).stream()
            .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line)
            .toList();
    return lines.isEmpty()
        ? ""
        : "<details open><summary>The last lines of %s</summary>\n\n%s\n</details>\n"
            .formatted(log.component(), Markdown.block(lines));
  }
}
