package run.ephemeral.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.MessageStream;

/// A command of `exec` that reads this program's input, in a terminal if this program has one.
///
/// Each message begins with its kind: 0 input, 1 output, 2 error output, 3 the exit code, 4 the
/// size of the terminal.
final class ExecSession {
  private static final byte INPUT = 0;
  private static final byte STDERR = 2;
  private static final byte EXIT = 3;
  private static final byte SIZE = 4;
  private static final int PIECE = 8 * 1024;

  private final Cli cli;
  private final ControlPlane api;
  private final String path;

  /// @param path with the command as its query
  ExecSession(Cli cli, ControlPlane api, String path) {
    this.cli = cli;
    this.api = api;
    this.path = path;
  }

  /// @return the exit code of the command
  int run(InputStream input) throws InterruptedException {
    try (var there = api.messages(path)) {
      Thread.startVirtualThread(() -> send(input, there));
      return receive(there);
    }
  }

  /// Keys go to the command one by one, Ctrl-C among them.
  int inTerminal() throws IOException, InterruptedException {
    try (var terminal = TerminalBuilder.builder().system(true).provider("exec").build()) {
      var size = size(terminal.getSize());
      var usual = raw(terminal);
      try (var _ = cli.world().interrupts().on(() -> terminal.setAttributes(usual));
          var there = api.messages(path + "&terminal=" + size)) {
        terminal.handle(Terminal.Signal.WINCH, _ -> resize(there, terminal));
        Thread.startVirtualThread(() -> send(terminal.input(), there));
        return receive(there);
      } finally {
        terminal.setAttributes(usual);
      }
    }
  }

  /// JLine's raw mode lets the terminal make signals of keys, and change line ends.
  ///
  /// @return how it was before
  private static Attributes raw(Terminal terminal) {
    var usual = terminal.enterRawMode();
    var raw = terminal.getAttributes();
    raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
    raw.setLocalFlag(Attributes.LocalFlag.IEXTEN, false);
    raw.setOutputFlag(Attributes.OutputFlag.OPOST, false);
    terminal.setAttributes(raw);
    return usual;
  }

  private static String size(Size size) {
    var columns = size.getColumns() > 0 ? size.getColumns() : 80;
    var rows = size.getRows() > 0 ? size.getRows() : 24;
    return columns + "x" + rows;
  }

  private static void resize(MessageStream there, Terminal terminal) {
    try {
      send(there, SIZE, size(terminal.getSize()).getBytes(UTF_8), Optional.empty());
    } catch (IOException e) {
      // The command has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(InputStream input, MessageStream there) {
    var piece = new byte[PIECE];
    try {
      for (var read = input.read(piece); read >= 0; read = input.read(piece)) {
        send(there, INPUT, piece, Optional.of(read));
      }
      send(there, INPUT, piece, Optional.of(0));
    } catch (IOException e) {
      // The command has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(MessageStream there, byte kind, byte[] bytes, Optional<Integer> count)
      throws IOException, InterruptedException {
    int length = count.orElse(bytes.length);
    var message = new byte[length + 1];
    message[0] = kind;
    System.arraycopy(bytes, 0, message, 1, length);
    there.write(message, message.length);
  }

  private int receive(MessageStream there) throws InterruptedException {
    for (var next = there.read(); next.isPresent(); next = there.read()) {
      var message = next.get();
      var text = new String(message, 1, message.length - 1, UTF_8);
      switch (message[0]) {
        case EXIT -> {
          return Integer.parseInt(text);
        }
        case STDERR -> cli.err().raw(text);
        default -> cli.out().raw(text);
      }
    }
    throw new CliFault(Exit.NO_CONTROL_PLANE, "lost the control plane before the command ended");
  }
}
