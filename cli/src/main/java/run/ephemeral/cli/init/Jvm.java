package run.ephemeral.cli.init;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A program for the JVM, as described by its build file.
///
/// @param file the build file
/// @param profile the Spring profile for PostgreSQL
record Jvm(
    String file,
    Framework framework,
    boolean postgres,
    boolean actuator,
    Optional<String> profile) {
  enum Framework {
    SPRING_BOOT("Spring Boot"),
    QUARKUS("Quarkus");

    private final String said;

    Framework(String said) {
      this.said = said;
    }
  }

  static Optional<Jvm> application(String file, String text, Folder folder) {
    var postgres =
        text.contains("postgresql")
            && (text.contains("org.postgresql") || text.contains("quarkus"));
    if (text.contains("spring-boot") || text.contains("org.springframework.boot")) {
      return Optional.of(
          new Jvm(
              file,
              Framework.SPRING_BOOT,
              postgres,
              text.contains("spring-boot-starter-actuator") && !managed(folder),
              profile(folder)));
    }
    return text.contains("quarkus-maven-plugin")
        ? Optional.of(
            new Jvm(
                file,
                Framework.QUARKUS,
                postgres,
                text.contains("quarkus-smallrye-health"),
                Optional.empty()))
        : Optional.empty();
  }

  private static Optional<String> profile(Folder folder) {
    return Stream.of("postgres", "postgresql")
        .filter(
            profile ->
                Stream.of("properties", "yml", "yaml")
                    .map(("src/main/resources/application-" + profile + ".")::concat)
                    .anyMatch(folder::has))
        .findFirst();
  }

  /// Whether its management endpoints are not at their default path or port.
  private static boolean managed(Folder folder) {
    return List.of("application.properties", "application.yml", "application.yaml").stream()
        .map(name -> folder.text("src/main/resources/" + name))
        .anyMatch(
            text ->
                text.contains("management.server.port")
                    || text.contains("management.endpoints.web.base-path")
                    || text.contains("context-path")
                    || text.contains("base-path"));
  }

  Found found(String build, String output) {
    var because = file + ", " + framework.said;
    var run =
        switch (framework) {
          case SPRING_BOOT ->
              "$JAVA_HOME/bin/java -jar %s/*.jar --server.port=$PORT".formatted(output);
          case QUARKUS ->
              "$JAVA_HOME/bin/java -Dquarkus.http.port=$PORT -jar %s/quarkus-app/quarkus-run.jar"
                  .formatted(output);
        };
    var health =
        switch (framework) {
          case SPRING_BOOT -> "/actuator/health";
          case QUARKUS -> "/q/health/ready";
        };
    return Found.of(because, Optional.of(build), run)
        .withHealth(Optional.of(health).filter(path -> actuator))
        .with(postgres)
        .withEnv(postgres ? variables() : Map.of());
  }

  private Map<String, String> variables() {
    var prefix = framework == Framework.SPRING_BOOT ? "SPRING_DATASOURCE_" : "QUARKUS_DATASOURCE_";
    var variables = new LinkedHashMap<String, String>();
    variables.put(prefix + (framework == Framework.QUARKUS ? "JDBC_URL" : "URL"), "${db.jdbc_url}");
    variables.put(prefix + "USERNAME", "${db.user}");
    variables.put(prefix + "PASSWORD", "${db.password}");
    profile.ifPresent(name -> variables.put("SPRING_PROFILES_ACTIVE", name));
    return variables;
  }
}
