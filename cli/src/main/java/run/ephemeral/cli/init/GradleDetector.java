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
              // Not `build`, which makes a second, plain jar beside the executable one.
              return kind.found(gradle + " -q bootJar", "build/libs");
            });
  }
}
