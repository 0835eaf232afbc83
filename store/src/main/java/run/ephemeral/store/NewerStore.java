package run.ephemeral.store;

/// A newer version of this program has used the store. The message says what to do.
public final class NewerStore extends RuntimeException {
  private static final long serialVersionUID = 1;

  NewerStore(String what) {
    super(
        "a newer version of this program has used this store: %s. Run that version, or use another"
                .formatted(what)
            + " folder with EPHEMERAL_HOME");
  }
}
