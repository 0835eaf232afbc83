package run.ephemeral.cli.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The Dockerfiles of a repository, and the workflow of GitHub Actions that pushes their images for
/// each pull request, as clusters need them.
public record Dockerfiles(List<Image> images) {
  private static final int MOST_BYTES = 1 << 20;
  private static final int HIGHEST_PORT = 65_535;
  private static final int USUAL_PORT = 8080;
  private static final Pattern EXPOSE =
      Pattern.compile("(?im)^\\s*EXPOSE\\s+([0-9]{1,5})(/tcp)?\\s*$");
  private static final Pattern REMOTE =
      Pattern.compile("url\\s*=\\s*\\S*github\\.com[:/]([\\w.-]+/[\\w.-]+?)(\\.git)?\\s*\\n");

  public Dockerfiles {
    images = List.copyOf(images);
  }

  /// @param context the folder that it is built from
  /// @param port that it listens on
  public record Image(String service, String context, String name, int port) {
    String file() {
      return context.equals(".") ? "Dockerfile" : context + "/Dockerfile";
    }
  }

  /// Those of the services; without services that of the whole folder, for a service `web`.
  public static Dockerfiles of(Path root, Blueprint blueprint) {
    var images = new ArrayList<Image>();
    for (var service : blueprint.services()) {
      image(root, blueprint.app(), service.name(), service.path()).ifPresent(images::add);
    }
    if (blueprint.services().isEmpty()) {
      image(root, blueprint.app(), "web", ".").ifPresent(images::add);
    }
    return new Dockerfiles(images);
  }

  private static Optional<Image> image(Path root, String app, String service, String folder) {
    var file = root.resolve(folder).resolve("Dockerfile");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    var exposed = EXPOSE.matcher(text(file));
    var said = exposed.find() ? Integer.parseInt(exposed.group(1)) : USUAL_PORT;
    var port = said >= 1 && said <= HIGHEST_PORT ? said : USUAL_PORT;
    var remote = REMOTE.matcher(text(root.resolve(".git/config")) + "\n");
    var repository = remote.find() ? remote.group(1).toLowerCase(Locale.ROOT) : "OWNER/" + app;
    return Optional.of(
        new Image(service, folder, "ghcr.io/%s-%s".formatted(repository, service), port));
  }

  private static String text(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES
          ? Files.readString(file)
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  /// The same with a note at each service that has one.
  public Blueprint noted(Blueprint blueprint) {
    var services = new ArrayList<Blueprint.Service>();
    for (var service : blueprint.services()) {
      var image = images.stream().filter(one -> one.service().equals(service.name())).findFirst();
      services.add(image.map(one -> noted(service, one)).orElse(service));
    }
    return new Blueprint(
        blueprint.app(),
        services,
        blueprint.database(),
        blueprint.seed(),
        blueprint.sql(),
        blueprint.notes());
  }

  private static Blueprint.Service noted(Blueprint.Service service, Image image) {
    var note =
        "%s is there: to run it on a cluster, too, add `image: %s` and `port: %d`"
            .formatted(image.file(), image.name(), image.port());
    return new Blueprint.Service(
        service.name(), service.path(), service.found().note(note), service.open(), service.env());
  }

  /// The text of a file in `.github/workflows`.
  public String workflow() {
    var matrix = new StringBuilder();
    for (var image : images) {
      matrix.append(
          "          - { image: %s, context: %s }\n"
              .formatted(SpecText.scalar(image.name()), SpecText.scalar(image.context())));
    }
    return """
    on: pull_request
    jobs:
      image:
        runs-on: ubuntu-latest
        permissions: { contents: read, packages: write }
        strategy:
          matrix:
            include:
    %s\
        steps:
          - uses: actions/checkout@v4
          - uses: docker/login-action@v3
            with:
              registry: ghcr.io
              username: ${{ github.actor }}
              password: ${{ secrets.GITHUB_TOKEN }}
          - uses: docker/build-push-action@v6
            with:
              context: ${{ matrix.context }}
              push: true
              tags: ${{ matrix.image }}:PR-${{ github.event.number }}
    """
        .formatted(matrix.toString());
  }
}
