package run.ephemeral.engine.kubernetes.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The token that a credential plugin prints (`exec` in a kubeconfig), kept until it expires or is
/// refused. A plugin is run by the control plane itself, so it comes only from a kubeconfig on its
/// own disk.
final class CommandToken implements Authorization {
  private static final int PATIENCE_SECONDS = 60;
  private static final int EARLY_SECONDS = 30;
  private static final long AFTER_FAILURE_NANOS = 5_000_000_000L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Kubeconfig.User.WithCommand command;
  private @Nullable String token;
  private Instant until = Instant.EPOCH;

  /// The last failure: those who waited for it do not run the program again at once.
  private @Nullable ApiException failure;

  private long failedAt;

  CommandToken(Kubeconfig.User.WithCommand command) {
    this.command = command;
  }

  @Override
  public synchronized Optional<String> value() {
    var known = token;
    if (known != null && Instant.now().isBefore(until)) {
      return Optional.of("Bearer " + known);
    }
    var last = failure;
    if (last != null && System.nanoTime() - failedAt < AFTER_FAILURE_NANOS) {
      throw last;
    }
    try {
      known = run();
      token = known;
      return Optional.of("Bearer " + known);
    } catch (ApiException e) {
      // An interrupt concerns this caller alone.
      if (!Thread.currentThread().isInterrupted()) {
        failure = e;
        failedAt = System.nanoTime();
      }
      throw e;
    }
  }

  @Override
  public synchronized boolean refused() {
    token = null;
    return true;
  }

  @Override
  public synchronized Optional<String> flaw(Instant now) {
    var known = token;
    return known == null ? Optional.empty() : Validity.ofToken(known, now);
  }

  private String run() {
    var program = command.command().getFirst();
    try {
      var builder = new ProcessBuilder(command.command());
      builder.environment().putAll(command.env());
      builder
          .environment()
          .put(
              "KUBERNETES_EXEC_INFO",
              """
              {"apiVersion":"%s","kind":"ExecCredential","spec":{"interactive":false}}\
              """
                  .formatted(command.apiVersion()));
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      var process = builder.start();
      process.getOutputStream().close();
      await(process, program);
      if (process.exitValue() != 0) {
        throw new ApiException(
            401,
            "",
            "the credential plugin `%s` exited %d".formatted(program, process.exitValue()));
      }
      // What it has printed, without waiting for a process that it left behind.
      var in = process.getInputStream();
      var text = new String(in.readNBytes(in.available()), StandardCharsets.UTF_8);
      var status = JSON.readTree(text).path("status");
      var expires = status.path("expirationTimestamp").asText();
      until = expires.isEmpty() ? Instant.MAX : Instant.parse(expires).minusSeconds(EARLY_SECONDS);
      var printed = status.path("token").asText();
      if (printed.isEmpty()) {
        throw new ApiException(
            401, "", "the credential plugin `%s` printed no token".formatted(program));
      }
      return printed;
    } catch (JsonProcessingException | DateTimeException e) {
      // The message would quote what was printed.
      throw new ApiException(
          401, "", "the credential plugin `%s` printed no ExecCredential".formatted(program));
    } catch (IOException e) {
      throw new ApiException(
          ("the credential plugin `%s` cannot be run on the control plane's machine; install it"
                  + " there, or name another one in the kubeconfig")
              .formatted(program),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException("the request was interrupted", e);
    }
  }

  /// Waits without reading: a virtual thread that is blocked by a pipe takes one of the few
  /// platform threads that carry them. What a plugin prints fits into the pipe.
  private static void await(Process process, String program) throws InterruptedException {
    var hasEnded = false;
    try {
      hasEnded = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      if (!hasEnded) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
    if (!hasEnded) {
      throw new ApiException(
          401,
          "",
          "the credential plugin `%s` did not end within %d s, and was killed"
              .formatted(program, PATIENCE_SECONDS));
    }
  }
}
