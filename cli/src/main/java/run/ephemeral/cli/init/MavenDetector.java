package run.ephemeral.cli.init;

import java.util.Optional;
import java.util.regex.Pattern;

/// Spring Boot and Quarkus built by Maven, also as one module of several.
final class MavenDetector implements Detector {
  private static final Pattern MODULE = Pattern.compile("<module>\\s*([^<\\s]+)\\s*</module>");
  private static final Pattern SERVER =
      Pattern.compile(
          "<artifactId>(javalin|jetty-server|undertow-core|vertx-(core|web)|helidon-|http4k-"
              + "|ktor-server|spark-core|jooby|netty-all|reactor-netty|tomcat-embed-core|jersey-)");

  @Override
  public Optional<Found> detect(Folder folder) {
    if (!folder.has("pom.xml")) {
      return Optional.empty();
    }
    var mvn = folder.has("mvnw") ? "./mvnw" : "mvn";
    var pom = folder.text("pom.xml");
    if (MODULE.matcher(pom).find()) {
      return module(folder, pom, mvn);
    }
    return Jvm.application("pom.xml", pom, folder)
        .map(kind -> kind.found(mvn + " -q -DskipTests package", "target"))
        .or(() -> plain(folder, pom, mvn));
  }

  /// Any other program that serves HTTP, run by its only `main`.
  private static Optional<Found> plain(Folder folder, String pom, String mvn) {
    return SERVER.matcher(pom).find()
        ? JvmMain.in(folder)
            .map(
                main ->
                    Found.of(
                            "pom.xml",
                            Optional.of(
                                mvn + " -q -DskipTests package dependency:copy-dependencies"),
                            "$JAVA_HOME/bin/java -cp \"target/classes:target/dependency/*\" "
                                + main)
                        .with(pom.contains("org.postgresql")))
        : Optional.empty();
  }

  /// The first module that is a program, built together with the modules it needs.
  private static Optional<Found> module(Folder folder, String pom, String mvn) {
    var modules = MODULE.matcher(pom);
    while (modules.find()) {
      var name = modules.group(1);
      var module = folder.sub(name);
      var own = module.text("pom.xml");
      var runs = own.contains("spring-boot-maven-plugin") || own.contains("quarkus-maven-plugin");
      var kind = Jvm.application(name + "/pom.xml", own, module).filter(any -> runs);
      if (kind.isPresent()) {
        var build = "%s -q -DskipTests -pl %s -am package".formatted(mvn, name);
        return Optional.of(kind.get().found(build, name + "/target"));
      }
    }
    return Optional.empty();
  }
}
