package run.ephemeral.cli.output;

import java.util.ArrayList;
import java.util.List;

/// Aligned columns, two blanks apart, no lines: easy to read, easy to cut.
///
/// A row may have fewer cells than there are headings; its last one then runs on to the right
/// without widening its column.
public final class Table {
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    this.headings = List.of(headings);
  }

  public Table row(String... cells) {
    return row(List.of(cells));
  }

  public Table row(List<String> cells) {
    if (cells.size() > headings.size()) {
      throw new IllegalArgumentException("more cells than headings: " + cells);
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  public List<String> lines(Screen screen) {
    var widths = widths();
    var lines = new ArrayList<String>();
    lines.add(line(headings.stream().map(screen::bold).toList(), widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private int[] widths() {
    var widths = headings.stream().mapToInt(Plain::width).toArray();
    for (var row : rows) {
      var runsOn = row.size() < headings.size();
      for (int i = 0; i < row.size() - (runsOn ? 1 : 0); i++) {
        widths[i] = Math.max(widths[i], Plain.width(row.get(i)));
      }
    }
    return widths;
  }

  private static String line(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i));
      if (i < cells.size() - 1) {
        line.append(" ".repeat(Math.max(0, widths[i] - Plain.width(cells.get(i))) + 2));
      }
    }
    return line.toString().stripTrailing();
  }
}
