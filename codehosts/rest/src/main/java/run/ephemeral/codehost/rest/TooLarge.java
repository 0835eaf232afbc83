package run.ephemeral.codehost.rest;

import java.io.IOException;

/// The answer is larger than anything that is believed.
public final class TooLarge extends IOException {
  public static final String WHAT = "its answer is too large";

  private static final long serialVersionUID = 1;

  TooLarge() {
    super(WHAT);
  }
}
