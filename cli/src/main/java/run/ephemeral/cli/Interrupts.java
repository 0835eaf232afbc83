package run.ephemeral.cli;

/// Ctrl-C, a closed terminal, a polite kill.
@FunctionalInterface
public interface Interrupts {
  /// Runs the action if the program is interrupted before the watch is closed. The program
  /// ends when the action returns.
  Watch on(Runnable action);

  /// Ends the interest. Closing twice is harmless.
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /// By the JVM's shutdown hooks.
  static Interrupts ofThisProcess() {
    return action -> {
      var hook = Thread.ofPlatform().name("interrupted").unstarted(action);
      Runtime.getRuntime().addShutdownHook(hook);
      return () -> {
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
          // It is running already: the program is about to end.
        }
      };
    };
  }
}
