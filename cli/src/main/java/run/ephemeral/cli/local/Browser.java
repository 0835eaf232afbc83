package run.ephemeral.cli.local;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import run.ephemeral.cli.World;

/// The browser of the person at this machine.
public final class Browser {
  private Browser() {}

  /// Opens a page, where there is a screen.
  public static void open(World world, String url) throws IOException {
    var program = program(world);
    if (program.isPresent()) {
      new ProcessBuilder(program.get(), url)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    }
  }

  private static Optional<String> program(World world) {
    var os = world.property("os.name").orElse("").toLowerCase(Locale.ROOT);
    if (os.contains("mac")) {
      return Programs.find(world, "open").map(Object::toString);
    }
    var display = world.variable("DISPLAY").or(() -> world.variable("WAYLAND_DISPLAY"));
    return display.flatMap(any -> Programs.find(world, "xdg-open")).map(Object::toString);
  }
}
