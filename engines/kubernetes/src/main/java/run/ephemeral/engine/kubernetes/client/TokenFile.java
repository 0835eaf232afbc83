package run.ephemeral.engine.kubernetes.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// The token of a file, read for each request: the kubelet replaces a service account's token
/// before it expires.
record TokenFile(Path file) implements Authorization {
  @Override
  public Optional<String> value() {
    return Optional.of("Bearer " + token());
  }

  /// A newer one may have been written since.
  @Override
  public boolean refused() {
    return true;
  }

  @Override
  public Optional<String> flaw(Instant now) {
    return Validity.ofToken(token(), now);
  }

  private String token() {
    try {
      var token = Files.readString(file).strip();
      if (Kubeconfig.isToken(token)) {
        return token;
      }
    } catch (IOException e) {
      throw new ApiException("the token file %s cannot be read".formatted(file), e);
    }
    throw new ApiException(401, "", "the token file %s has no token".formatted(file));
  }
}
