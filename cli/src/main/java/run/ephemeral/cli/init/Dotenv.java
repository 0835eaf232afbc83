package run.ephemeral.cli.init;

import java.util.List;
import java.util.regex.Pattern;

/// Adds copying the example file to `.env` to the build, as a program's instructions usually ask.
///
/// Variables in `env` take precedence over those in `.env`, in every library that reads it.
final class Dotenv {
  private static final String[] EXAMPLES = {
    ".env.example", ".env.sample", ".env.template", ".env.dist"
  };

  /// Files that list a program's libraries.
  private static final List<String> MANIFESTS =
      List.of(
          "package.json",
          "requirements.txt",
          "pyproject.toml",
          "Gemfile",
          "Cargo.toml",
          "go.mod",
          "composer.json");
  private static final Pattern READS =
      Pattern.compile(
          "dotenv|--env-file|pydantic|starlette|fastapi|environs|decouple|laravel/framework"
              + "|envconfig|@nestjs/config|@fastify/env|\"vite\"|\"next\"");
  private static final Pattern SET = Pattern.compile("(?m)^\\s*(export )?[A-Za-z_]\\w*=\\S");

  private Dotenv() {}

  static Found apply(Folder folder, Found found) {
    var example = folder.firstOf(EXAMPLES).filter(any -> !folder.has(".env"));
    var reads = MANIFESTS.stream().map(folder::text).anyMatch(text -> READS.matcher(text).find());
    return example
        .filter(name -> reads && SET.matcher(folder.text(name)).find())
        .map(
            name ->
                found
                    .withBuild(
                        "cp %s .env%s"
                            .formatted(name, found.build().map(it -> " && " + it).orElse("")))
                    .note("`.env` is a copy of %s; `env` here goes before it".formatted(name)))
        .orElse(found);
  }
}
