package run.ephemeral.artifact.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;

/// Signs in to registries as Docker does: by `config.json` with `auths`, `credHelpers` and
/// `credsStore`. The file is read for each question, so that a `docker login` counts at once.
///
/// @param config the file, which need not exist
record Credentials(Path config) {
  private static final int PATIENCE_SECONDS = 30;
  private static final ObjectMapper JSON = new ObjectMapper();

  /// A user and a password, or a token in its place.
  record Login(String user, String password) {
    String basic() {
      var both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(both);
    }
  }

  /// @return empty when the file has nothing for the registry: it is asked without a sign-in
  Optional<Login> of(ImageName image) {
    var root = read();
    var key = image.credentialsKey();
    var helper = root.path("credHelpers").path(key).asText(root.path("credsStore").asText());
    if (!helper.isEmpty() && helper.matches("[A-Za-z0-9._-]+")) {
      return ask(helper, key);
    }
    var auth = root.path("auths").path(key).path("auth").asText();
    if (auth.isEmpty()) {
      return Optional.empty();
    }
    var both = new String(decoded(key, auth), StandardCharsets.UTF_8);
    var colon = both.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Optional.of(new Login(both.substring(0, colon), both.substring(colon + 1)));
  }

  private byte[] decoded(String key, String auth) {
    try {
      return Base64.getMimeDecoder().decode(auth);
    } catch (IllegalArgumentException e) {
      var why = "%s has no Base64 in `auth` of %s".formatted(config, key);
      throw new FaultException(Fault.external(why, e), e);
    }
  }

  /// A `config.json` with the sign-ins of these registries only; empty when they need none.
  Optional<String> config(Collection<ImageName> images) {
    var config = JSON.createObjectNode();
    var auths = config.putObject("auths");
    for (var image : images) {
      of(image)
          .map(login -> login.basic().substring("Basic ".length()))
          .ifPresent(auth -> auths.putObject(image.credentialsKey()).put("auth", auth));
    }
    return auths.isEmpty() ? Optional.empty() : Optional.of(config.toString());
  }

  private JsonNode read() {
    try {
      return Files.exists(config) ? JSON.readTree(config.toFile()) : JSON.createObjectNode();
    } catch (IOException e) {
      var why = "%s cannot be read, in which Docker keeps sign-ins".formatted(config);
      throw new FaultException(Fault.external(why, e), e);
    }
  }

  /// The protocol of credential helpers: the server's name on stdin, JSON on stdout.
  private static Optional<Login> ask(String helper, String key) {
    var program = "docker-credential-" + helper;
    try {
      var process =
          new ProcessBuilder(program, "get").redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try {
        return answer(process, program, key);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new FaultException(Fault.external("%s cannot be asked".formatted(program), e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.external("%s was interrupted".formatted(program), e), e);
    }
  }

  private static Optional<Login> answer(Process process, String program, String key)
      throws IOException, InterruptedException {
    try (var in = process.getOutputStream()) {
      in.write(key.getBytes(StandardCharsets.UTF_8));
    }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("%s does not end".formatted(program));
    }
    // What it has printed, without waiting for a process that it left behind.
    var printed = process.getInputStream();
    var answer = printed.readNBytes(printed.available());
    if (process.exitValue() != 0) {
      return Optional.empty();
    }
    var tree = JSON.readTree(answer);
    return Optional.of(new Login(tree.path("Username").asText(), tree.path("Secret").asText()));
  }
}
