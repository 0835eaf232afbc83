package run.ephemeral.cli.init;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A compose file: which folders are programs, their environment variables, and whether it has
/// PostgreSQL. Its images are not run.
record ComposeFile(String file, List<Service> services) {
  private static final String[] NAMES = {
    "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"
  };

  /// @param folder of its source, relative to the file; empty when it only has an image
  /// @param described the folder of its Dockerfile, relative to `folder`; empty when it is the same
  /// @param env its variables, without those that compose would substitute
  /// @param command what it runs; empty when its image decides
  /// @param ports where it listens in its container
  /// @param published whether it can be reached from outside the compose network
  record Service(
      String name,
      Optional<String> folder,
      String described,
      String image,
      Map<String, String> env,
      List<String> volumes,
      String command,
      Set<String> ports,
      boolean published) {
    private static final Pattern WORKER =
        Pattern.compile(
            "(?i).*\\b(worker|workers|migrate|migrations?|seed|seeder|cron|queue|celery|sidekiq"
                + "|consumer|scheduler|jobs?|init|setup|tests?)\\b.*");

    /// Whether it is a background worker or a one-time job, which listens on no port.
    boolean isWorker() {
      return ports.isEmpty() && WORKER.matcher(name + " " + command).matches();
    }

    boolean isDatabase() {
      return isPostgres() || image.matches("(.*/)?(mysql|mariadb|percona|mssql|oracle)[^/]*");
    }

    boolean isPostgres() {
      return image.matches("(.*/)?(postgres|postgis|pgvector|timescaledb)(-[a-z]+)?([:@].*)?")
          || image.contains("postgres:");
    }

    /// The file or folder from which the image initialises its database.
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
      // Not readable as YAML: treated as empty.
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
        described(build.path("dockerfile").asText("")),
        node.path("image").asText(""),
        env(node.path("environment")),
        volumes,
        command(node.path("command")),
        ports(node),
        !node.path("ports").isEmpty());
  }

  private static String described(String dockerfile) {
    var file = dockerfile.replaceFirst("^\\./", "");
    var slash = file.lastIndexOf('/');
    return slash <= 0 || file.contains("..") ? "" : file.substring(0, slash);
  }

  /// The command as one line; empty when a word of a list would need quotes.
  private static String command(JsonNode node) {
    if (!node.isArray()) {
      return node.asText("").strip();
    }
    var words = new ArrayList<String>();
    node.forEach(word -> words.add(word.asText()));
    return words.stream().allMatch(word -> word.matches("[A-Za-z0-9_./:=,@+-]+"))
        ? String.join(" ", words)
        : "";
  }

  /// Container ports: of `8080:80`, `127.0.0.1:8080:80/tcp` or `target: 80` the 80; also the value
  /// of the variable PORT.
  private static Set<String> ports(JsonNode node) {
    var ports = new LinkedHashSet<String>();
    for (var list : List.of(node.path("ports"), node.path("expose"))) {
      list.forEach(
          port ->
              ports.add(
                  port.isObject()
                      ? port.path("target").asText()
                      : port.asText().replaceFirst("/.*", "").replaceFirst(".*:", "")));
    }
    Optional.ofNullable(env(node.path("environment")).get("PORT")).ifPresent(ports::add);
    ports.removeIf(port -> !port.matches("\\d+"));
    return ports;
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

  /// Services with an image that `ephemeral` does not replace.
  ///
  /// @param postgres whether the app gets a PostgreSQL; then other databases are left out
  List<String> others(boolean postgres) {
    return services.stream()
        .filter(service -> service.folder().isEmpty())
        .filter(service -> postgres ? !service.isDatabase() : !service.isPostgres())
        .map(Service::name)
        .toList();
  }

  List<String> names() {
    return services.stream().map(Service::name).toList();
  }
}
