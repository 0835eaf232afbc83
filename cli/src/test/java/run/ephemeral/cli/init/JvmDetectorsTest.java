package run.ephemeral.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmDetectorsTest {
  private static final Detector MAVEN = new MavenDetector();
  private static final Detector GRADLE = new GradleDetector();
  private static final String SPRING =
      "<artifactId>spring-boot-starter-web</artifactId> spring-boot-maven-plugin";

  @TempDir Path folder;

  @Test
  void springBootIsBuiltByMaven() {
    Tree.at(folder, "pom.xml", SPRING, "mvnw", "")
        .found(
            MAVEN,
            "./mvnw -q -DskipTests package",
            "$JAVA_HOME/bin/java -jar target/*.jar --server.port=$PORT");
    Tree.at(folder, "pom.xml", SPRING + "spring-boot-starter-actuator org.postgresql postgresql")
        .found(
            MAVEN,
            "mvn -q -DskipTests package",
            "$JAVA_HOME/bin/java -jar target/*.jar --server.port=$PORT",
            "/actuator/health",
            "postgres");
  }

  @Test
  void anyOtherServerRunsByItsOnlyMain() {
    var javalin = "<artifactId>javalin-bundle</artifactId>";
    var build = "mvn -q -DskipTests package dependency:copy-dependencies";
    var java = "$JAVA_HOME/bin/java -cp \"target/classes:target/dependency/*\" ";
    var main = "package app;\nclass Shop { public static void main(String[] a) {} }";
    Tree.at(folder, "pom.xml", javalin, "src/main/java/app/Shop.java", main)
        .found(MAVEN, build, java + "app.Shop");
    Tree.at(folder, "pom.xml", javalin, "src/main/kotlin/Shop.kt", "fun main() {}")
        .found(MAVEN, build, java + "ShopKt");
    Tree.at(folder, "pom.xml", javalin + "<mainClass>app.Two</mainClass>")
        .found(MAVEN, build, java + "app.Two");
    Tree.at(folder, "pom.xml", javalin, "src/main/java/A.java", main, "src/main/java/B.java", main)
        .nothing(MAVEN);
    Tree.at(folder, "pom.xml", "<artifactId>junit</artifactId>", "src/main/java/A.java", main)
        .nothing(MAVEN);
  }

  @Test
  void springReadsItsOwnVariables() {
    var tree = Tree.at(folder, "pom.xml", SPRING + "org.postgresql:postgresql");
    assertThat(MAVEN.detect(tree.folder()).orElseThrow().env())
        .containsEntry("SPRING_DATASOURCE_URL", "${db.jdbc_url}")
        .containsEntry("SPRING_DATASOURCE_USERNAME", "${db.user}")
        .containsEntry("SPRING_DATASOURCE_PASSWORD", "${db.password}");
  }

  @Test
  void aProfileForPostgresIsChosen() {
    var tree =
        Tree.at(
            folder,
            "pom.xml",
            SPRING + "org.postgresql:postgresql",
            "src/main/resources/application-postgres.yml",
            "");
    assertThat(MAVEN.detect(tree.folder()).orElseThrow().env())
        .containsEntry("SPRING_PROFILES_ACTIVE", "postgres");
  }

  @Test
  void anActuatorElsewhereIsNotAsked() {
    Tree.at(
            folder,
            "pom.xml",
            SPRING + "spring-boot-starter-actuator",
            "src/main/resources/application.properties",
            "management.server.port=9000")
        .found(
            MAVEN,
            "mvn -q -DskipTests package",
            "$JAVA_HOME/bin/java -jar target/*.jar --server.port=$PORT");
  }

  @Test
  void theProgramAmongModulesIsFound() {
    Tree.at(
            folder,
            "pom.xml",
            "<modules><module>core</module><module>app</module></modules>",
            "core/pom.xml",
            "<project/>",
            "app/pom.xml",
            SPRING)
        .found(
            MAVEN,
            "mvn -q -DskipTests -pl app -am package",
            "$JAVA_HOME/bin/java -jar app/target/*.jar --server.port=$PORT");
  }

  @Test
  void quarkusHasItsOwnPlaces() {
    Tree.at(folder, "pom.xml", "quarkus-maven-plugin quarkus-jdbc-postgresql")
        .found(
            MAVEN,
            "mvn -q -DskipTests package",
            "$JAVA_HOME/bin/java -Dquarkus.http.port=$PORT -jar target/quarkus-app/quarkus-run.jar",
            "postgres");
  }

  @Test
  void springBootIsBuiltByGradle() {
    Tree.at(folder, "build.gradle.kts", "id(\"org.springframework.boot\")", "gradlew", "")
        .found(
            GRADLE,
            "./gradlew -q bootJar",
            "$JAVA_HOME/bin/java -jar build/libs/*.jar --server.port=$PORT");
  }

  @Test
  void aLibraryIsNoProgram() {
    Tree.at(folder, "pom.xml", "<project/>").nothing(MAVEN);
    Tree.at(folder, "build.gradle", "plugins { id 'java-library' }").nothing(GRADLE);
  }
}
