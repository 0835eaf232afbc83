package run.ephemeral.cli.init;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Programs with a `package.json`: servers, and static pages that are built and then served.
final class NodeDetector implements Detector {
  @Override
  public Optional<Found> detect(Folder folder) {
    var node = NodePackage.of(folder);
    return node.exists() ? run(node).map(run -> found(node, run)) : Optional.empty();
  }

  private static Found found(NodePackage node, Run run) {
    var found =
        Found.of("package.json" + run.framework(), Optional.of(build(node)), run.command())
            .with(node.postgres())
            .after(Migrations.of(node))
            .withHealth(Optional.of("/").filter(page -> run.page()));
    if (!node.engine().isEmpty()) {
      found = found.note("package.json asks for Node " + node.engine());
    }
    return run.note().isEmpty() ? found : found.note(run.note());
  }

  private static String build(NodePackage node) {
    var build = node.install();
    if (node.dependsAtAll("@prisma/client")) {
      build += " && " + node.execute("prisma generate");
    }
    return node.hasScript("build") ? build + " && " + node.tool() + " run build" : build;
  }

  /// @param framework appended to the file's name in [Found#because]
  /// @param page whether it has a front page
  private record Run(String framework, String command, boolean page, String note) {}

  /// A tool that builds static pages: its package, its name and its output folder.
  private record Generator(String name, String said, String folder) {}

  private static final List<Generator> GENERATORS =
      List.of(
          new Generator("react-scripts", "Create React App", "--single build"),
          new Generator("@11ty/eleventy", "Eleventy", "_site"),
          new Generator("@vue/cli-service", "Vue CLI", "--single dist"),
          new Generator("gatsby", "Gatsby", "public"),
          new Generator("@docusaurus/core", "Docusaurus", "build"));

  /// Development servers, which watch files; not for visitors.
  private static final Pattern DEVELOPMENT =
      Pattern.compile(
          "(^|.*[ /])(vite|vite (dev|serve)|react-scripts start|vue-cli-service serve"
              + "|(@11ty/)?eleventy .*--serve|gatsby develop|docusaurus start|webpack serve"
              + "|webpack-dev-server|nx serve|ng serve|nodemon|ts-node-dev)( .*)?");

  private static Optional<Run> run(NodePackage node) {
    var start = node.tool() + " start";
    if (node.depends("next")) {
      // `next start` reads $PORT by itself.
      var command = node.hasScript("start") ? start : node.execute("next start");
      return Optional.of(new Run(", Next.js", command, true, ""));
    }
    var develops = DEVELOPMENT.matcher(node.script("start")).matches();
    if (node.hasScript("start") && !develops) {
      return Optional.of(new Run("", start, false, ""));
    }
    return pages(node)
        .or(() -> file(node).map(file -> new Run("", "node " + file, false, "")))
        .or(() -> development(node, "start").filter(any -> develops))
        .or(() -> development(node, "dev"));
  }

  private static Optional<Run> pages(NodePackage node) {
    if (node.dependsAtAll("vite") && node.hasScript("build")) {
      var preview = node.execute("vite preview --host 127.0.0.1 --port $PORT --strictPort");
      return Optional.of(new Run(", Vite", preview, true, ""));
    }
    return GENERATORS.stream()
        .filter(tool -> node.dependsAtAll(tool.name()) && node.hasScript("build"))
        .findFirst()
        .map(
            tool -> {
              var serve = "npx --yes serve -l $PORT " + tool.folder();
              return new Run(", " + tool.said(), serve, true, "");
            });
  }

  private static Optional<String> file(NodePackage node) {
    var main = node.json().path("main").asText("");
    if (!main.isEmpty() && node.folder().has(main) && !node.hasScript("prepublishOnly")) {
      return Optional.of(main);
    }
    return node.folder().firstOf("server.js", "server.mjs", "app.js", "index.js", "index.mjs");
  }

  private static Optional<Run> development(NodePackage node, String script) {
    return node.hasScript(script)
        ? Optional.of(
            new Run(
                "",
                node.tool() + " run " + script,
                false,
                "`run` is the development server: %s. It must listen on $PORT"
                    .formatted(
                        script.equals("start")
                            ? "run what `build` makes instead"
                            : "there is no script `start`")))
        : Optional.empty();
  }
}
