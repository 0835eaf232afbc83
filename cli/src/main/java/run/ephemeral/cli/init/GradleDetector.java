package run.ephemeral.cli.init;

import java.util.Optional;

/// Spring Boot built by Gradle.
final class GradleDetector implements Detector {
  @Override
  public Optional<Found> detect(Folder folder) {
    return folder
        .firstOf("build.gradle", "build.gradle.kts")
        .filter(file -> folder.text(file).contains("org.springframework.boot"))
        .flatMap(file -> Jvm.application(file, folder.text(file), folder))
        .map(
            kind -> {
              var gradle = folder.has("gradlew") ? "./gradlew" : "gradle";
              // `bootJar` and not `build`: that would leave a second, plain jar beside it.
              return kind.found(gradle + " -q bootJar", "build/libs");
            });
  }
}
