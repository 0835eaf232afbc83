package run.ephemeral.cli.init;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A compose file: which folders are programs, what they are told, and whether PostgreSQL is
/// among them. Its images are not run; their commands are for containers and stay there.
record ComposeFile(String file, List<Service> services) {
  private static final String[] NAMES = {
    "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"
  };

  /// @param folder of its source, relative to the file; empty when it is only an image
  /// @param env what it is told, without what compose itself would fill in
  record Service(
      String name,
      Optional<String> folder,
      String image,
      Map<String, String> env,
      List<String> volumes) {
    boolean isPostgres() {
      return image.matches("(.*/)?(postgres|postgis|pgvector|timescaledb)(-[a-z]+)?([:@].*)?")
          || image.contains("postgres:");
    }

    /// Where the image takes its first content from.
    Optional<String> seed() {
      return volumes.stream()
          .filter(volume -> volume.contains(":/docker-entrypoint-initdb.d"))
          .map(volume -> volume.substring(0, volume.indexOf(':')).replaceFirst("^\\./", ""))
          .filter(path -> !path.startsWith("/") && !path.contains("..") && !path.isEmpty())
          .findFirst();
    }
  }

  static Optional<ComposeFile> in(Folder folder) {
    return folder.firstOf(NAMES).map(file -> new ComposeFile(file, services(folder.text(file))));
  }

  private static List<Service> services(String text) {
    var services = new ArrayList<Service>();
    try {
      var named = new YAMLMapper().readTree(text).path("services");
      named.properties().forEach(entry -> services.add(service(entry.getKey(), entry.getValue())));
    } catch (JsonProcessingException e) {
      // Not YAML that we can read: nothing to learn from it.
    }
    return services;
  }

  private static Service service(String name, JsonNode node) {
    var build = node.path("build");
    var context = build.isTextual() ? build.asText() : build.path("context").asText("");
    var inside = !context.isEmpty() && !context.contains("..") && !context.contains(":");
    var volumes = new ArrayList<String>();
    node.path("volumes").forEach(volume -> volumes.add(volume.asText()));
    return new Service(
        name,
        inside ? Optional.of(context) : Optional.empty(),
        node.path("image").asText(""),
        env(node.path("environment")),
        volumes);
  }

  private static Map<String, String> env(JsonNode node) {
    var env = new LinkedHashMap<String, String>();
    if (node.isArray()) {
      node.forEach(
          pair -> {
            var parts = pair.asText().split("=", 2);
            env.put(parts[0], parts.length > 1 ? parts[1] : "");
          });
    } else {
      node.properties().forEach(entry -> env.put(entry.getKey(), entry.getValue().asText("")));
    }
    env.values().removeIf(value -> value.contains("${"));
    return env;
  }

  List<Service> built() {
    return services.stream().filter(service -> service.folder().isPresent()).toList();
  }

  List<Service> databases() {
    return services.stream()
        .filter(service -> service.folder().isEmpty() && service.isPostgres())
        .toList();
  }

  /// Images that nothing here stands in for.
  List<String> others() {
    return services.stream()
        .filter(service -> service.folder().isEmpty() && !service.isPostgres())
        .map(Service::name)
        .toList();
  }
}
