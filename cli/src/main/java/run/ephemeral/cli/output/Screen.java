package run.ephemeral.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntSupplier;

/// Standard output or standard error, and its capabilities.
///
/// @param terminal whether it is a terminal, so that lines may be redrawn
/// @param colour whether colours are shown
/// @param columns the width of the terminal
public record Screen(PrintStream stream, boolean terminal, boolean colour, IntSupplier columns) {
  private static final String ESC = "\u001b[";

  /// A screen of unlimited width.
  public Screen(PrintStream stream, boolean terminal, boolean colour) {
    this(stream, terminal, colour, () -> Integer.MAX_VALUE);
  }

  public static Screen standardOutput(Map<String, String> environment) {
    return of(FileDescriptor.out, 1, environment);
  }

  public static Screen standardError(Map<String, String> environment) {
    return of(FileDescriptor.err, 2, environment);
  }

  private static Screen of(FileDescriptor file, int number, Map<String, String> environment) {
    var stream = new PrintStream(new FileOutputStream(file), false, StandardCharsets.UTF_8);
    var smart = isTerminal(number) && !environment.getOrDefault("TERM", "").equals("dumb");
    var plain = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Screen(stream, smart, smart && !plain, new Columns(environment));
  }

  /// Whether standard input is a terminal, so that a user can answer.
  public static boolean isInputTerminal() {
    return isTerminal(0);
  }

  /// Reads /proc where it exists; otherwise asks the JDK, which only knows whether input and output
  /// both are terminals.
  @SuppressWarnings("SystemConsoleNull") // The JDK's console is null without a terminal.
  private static boolean isTerminal(int number) {
    var link = Path.of("/proc/self/fd/" + number);
    try {
      var target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      var console = System.console();
      return console != null && console.isTerminal();
    }
  }

  public Screen withoutColour() {
    return new Screen(stream, terminal, false, columns);
  }

  /// The maximum length of a line; unlimited without a terminal.
  public int width() {
    return terminal ? columns.getAsInt() : Integer.MAX_VALUE;
  }

  public void line(String text) {
    stream.print(text + "\n");
    stream.flush();
  }

  public void lines(Iterable<String> lines) {
    lines.forEach(line -> stream.print(line + "\n"));
    stream.flush();
  }

  public void raw(String text) {
    stream.print(text);
    stream.flush();
  }

  /// Whether the reader has closed the pipe, as `head` does.
  public boolean closed() {
    return stream.checkError();
  }

  public String bold(String text) {
    return paint("1", text);
  }

  public String dim(String text) {
    return paint("2", text);
  }

  public String red(String text) {
    return paint("31", text);
  }

  public String green(String text) {
    return paint("32", text);
  }

  public String yellow(String text) {
    return paint("33", text);
  }

  public String blue(String text) {
    return paint("34", text);
  }

  public String cyan(String text) {
    return paint("36", text);
  }

  private String paint(String code, String text) {
    return colour && !text.isEmpty() ? ESC + code + "m" + text + ESC + "0m" : text;
  }

  /// A phase or state in its colour.
  public String state(String state) {
    return switch (state) {
      case "ready", "passed", "ok" -> green(state);
      case "failing", "failed" -> red(state);
      case "asleep", "stopped", "gone" -> blue(state);
      default -> yellow(state);
    };
  }
}
