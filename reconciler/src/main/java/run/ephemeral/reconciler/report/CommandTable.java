package run.ephemeral.reconciler.report;

/// The commands of comments, as Markdown.
public final class CommandTable {
  private CommandTable() {}

  /// @param bot the name that commands begin with
  public static String of(String bot) {
    return """
    | | |
    |---|---|
    | `@%1$s status` | answers with the state of now |
    | `@%1$s run` | makes the environment, also when it was removed, and wakes it |
    | `@%1$s update` | reads the newest commit again, retries what failed, makes what was removed |
    | `@%1$s sleep`, `@%1$s wake` | stops everything and keeps the data, starts it again |
    | `@%1$s restart` | starts every service again; `restart web` only one |
    | `@%1$s test` | runs every test again; `test smoke` only one |
    | `@%1$s logs` | answers with the last lines of a service; `logs web` of another one |
    | `@%1$s extend 2d` | keeps it longer; `pin` and `unpin` for good |
    | `@%1$s destroy` | removes it, with its data |
    | `@%1$s approve COMMIT` | lets a commit of a fork run; `approve` says which |
    | `@%1$s help` | answers with all commands |
    """
        .formatted(bot)
        .strip();
  }
}
