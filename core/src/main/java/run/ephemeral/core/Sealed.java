package run.ephemeral.core;

/// An encrypted text. What it hides is known only where the key is.
public record Sealed(String text) {
  @Override
  public String toString() {
    return "sealed";
  }
}
