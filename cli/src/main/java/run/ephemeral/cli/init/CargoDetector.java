package run.ephemeral.cli.init;

import java.util.Optional;
import java.util.regex.Pattern;

/// A Rust program built by Cargo.
///
/// Cargo's target folder is large and makes the next build incremental, so it is kept in the
/// user's cache; the built folder contains the program only.
final class CargoDetector implements Detector {
  private static final Pattern PROGRAM =
      Pattern.compile("(?ms)^\\[\\[bin]]\\s*$.*?^name\\s*=\\s*\"([^\"]+)\"");
  private static final Pattern PACKAGE =
      Pattern.compile("(?ms)^\\[package]\\s*$.*?^name\\s*=\\s*\"([^\"]+)\"");
  private static final Pattern POSTGRES =
      Pattern.compile("(?m)^(tokio-postgres|postgres|deadpool-postgres|bb8-postgres)\\b");
  private static final Pattern WITH_POSTGRES =
      Pattern.compile("(?s)\\b(sqlx|diesel|diesel-async|sea-orm)\\b[^\\n]*?\"[^\\n]*postgres");

  @Override
  public Optional<Found> detect(Folder folder) {
    var cargo = folder.text("Cargo.toml");
    return program(folder, cargo)
        .map(
            name ->
                Found.of("Cargo.toml", Optional.of(build(folder)), "./bin/" + name)
                    .with(POSTGRES.matcher(cargo).find() || WITH_POSTGRES.matcher(cargo).find()));
  }

  private static String build(Folder folder) {
    return "cargo install -q%s --path . --root . --target-dir ~/.cache/ephemeral-cargo"
        .formatted(folder.has("Cargo.lock") ? " --locked" : "");
  }

  private static Optional<String> program(Folder folder, String cargo) {
    var named = PROGRAM.matcher(cargo);
    if (named.find()) {
      return Optional.of(named.group(1));
    }
    var whole = PACKAGE.matcher(cargo);
    return folder.has("src/main.rs") && whole.find()
        ? Optional.of(whole.group(1))
        : Optional.empty();
  }
}
