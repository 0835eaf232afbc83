package run.ephemeral.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Aligned columns, two blanks apart, without borders: easy to read and to process with `cut`.
///
/// A row may have fewer cells than headings; its last cell then extends to the right without
/// widening its column. On a terminal no line is wider than the terminal: the least important
/// columns are left out, and columns of free text are cut with an ellipsis.
public final class Table {
  private static final int GAP = 2;
  private static final int SHORTEST = 16;

  private final List<String> headings;
  private final List<Row> rows = new ArrayList<>();
  private List<String> free = List.of();
  private List<String> minor = List.of();

  /// @param below lines printed below the row
  private record Row(List<String> cells, List<String> below) {}

  public Table(String... headings) {
    this.headings = List.of(headings);
  }

  /// Columns of free text, which may be cut.
  public Table free(String... columns) {
    free = List.of(columns);
    return this;
  }

  /// Columns to leave out if there is no room, in this order.
  public Table minor(String... columns) {
    minor = List.of(columns);
    return this;
  }

  public Table row(String... cells) {
    return row(List.of(cells));
  }

  public Table row(List<String> cells) {
    return row(cells, List.of());
  }

  /// @param below lines printed below the row, not aligned to columns
  public Table row(List<String> cells, List<String> below) {
    if (cells.size() > headings.size()) {
      throw new IllegalArgumentException("more cells than headings: " + cells);
    }
    rows.add(new Row(List.copyOf(cells), List.copyOf(below)));
    return this;
  }

  public List<String> lines(Screen screen) {
    var widths = fitted(widths(), screen.width());
    var lines = new ArrayList<String>();
    lines.add(line(headings.stream().map(screen::bold).toList(), widths));
    for (var row : rows) {
      lines.add(line(row.cells(), widths));
      lines.addAll(row.below());
    }
    return lines.stream().map(line -> Plain.cut(line, screen.width())).toList();
  }

  private int[] widths() {
    var widths = headings.stream().mapToInt(Plain::width).toArray();
    for (var row : rows) {
      var cells = row.cells();
      var runsOn = cells.size() < headings.size();
      for (int i = 0; i < cells.size() - (runsOn ? 1 : 0); i++) {
        widths[i] = Math.max(widths[i], Plain.width(cells.get(i)));
      }
    }
    return widths;
  }

  /// The final widths of columns; 0 for a column that is left out.
  private int[] fitted(int[] full, int room) {
    var widths = full.clone();
    for (var column : minor) {
      if (total(least(widths)) <= room) {
        break;
      }
      widths[headings.indexOf(column)] = 0;
    }
    for (var column : free) {
      var i = headings.indexOf(column);
      var over = (int) Math.min(Integer.MAX_VALUE, Math.max(0, total(widths) - (long) room));
      widths[i] = Math.max(least(widths)[i], widths[i] - over);
    }
    return widths;
  }

  /// Minimum widths: columns of free text may be cut.
  private int[] least(int[] widths) {
    return IntStream.range(0, widths.length)
        .map(i -> free.contains(headings.get(i)) ? Math.min(widths[i], SHORTEST) : widths[i])
        .toArray();
  }

  private static int total(int[] widths) {
    var shown = Arrays.stream(widths).filter(width -> width > 0);
    return shown.map(width -> width + GAP).sum() - GAP;
  }

  private String line(List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      var runsOn = i == cells.size() - 1 && cells.size() < headings.size();
      if (widths[i] > 0) {
        var cell = runsOn ? cells.get(i) : Plain.cut(cells.get(i), widths[i]);
        line.append(cell).append(" ".repeat(Math.max(0, widths[i] - Plain.width(cell)) + GAP));
      }
    }
    return line.toString().stripTrailing();
  }
}
