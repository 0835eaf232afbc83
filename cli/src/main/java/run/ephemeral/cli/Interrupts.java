package run.ephemeral.cli;

/// Interrupts of this program: SIGINT (Ctrl-C), SIGHUP (closed terminal) and SIGTERM.
@FunctionalInterface
public interface Interrupts {
  /// Runs the action if the program is interrupted before the watch is closed. The program
  /// exits when the action returns.
  Watch on(Runnable action);

  /// Closing removes the action. Idempotent.
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /// Implemented by the JVM's shutdown hooks.
  static Interrupts ofThisProcess() {
    return action -> {
      var hook = Thread.ofPlatform().name("interrupted").unstarted(action);
      Runtime.getRuntime().addShutdownHook(hook);
      return () -> {
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
          // The hook is running: the program is about to exit.
        }
      };
    };
  }
}
