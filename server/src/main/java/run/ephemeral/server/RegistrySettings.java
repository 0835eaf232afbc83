package run.ephemeral.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How container registries are reached.
///
/// @param dockerConfig Docker's `config.json`, which need not exist
/// @param plain registries that speak HTTP without TLS, besides those of this machine
record RegistrySettings(Path dockerConfig, Set<String> plain) {
  /// `DOCKER_CONFIG` names the folder of the file as it does for Docker;
  /// `EPHEMERAL_PLAIN_REGISTRIES` lists hosts with their ports, separated by commas.
  static RegistrySettings of(Map<String, String> environment, String userHome) {
    var folder =
        Optional.ofNullable(environment.get("DOCKER_CONFIG"))
            .filter(text -> !text.isBlank())
            .map(Path::of)
            .orElseGet(() -> Path.of(userHome, ".docker"));
    var plain = environment.getOrDefault("EPHEMERAL_PLAIN_REGISTRIES", "");
    return new RegistrySettings(
        folder.resolve("config.json"),
        Stream.of(plain.split(","))
            .map(String::strip)
            .filter(host -> !host.isEmpty())
            .collect(Collectors.toSet()));
  }
}
