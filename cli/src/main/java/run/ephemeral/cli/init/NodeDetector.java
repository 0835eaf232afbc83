package run.ephemeral.cli.init;

import java.util.Optional;

/// Programs with a `package.json`: servers, and pages that are built and then served.
final class NodeDetector implements Detector {
  @Override
  public Optional<Found> detect(Folder folder) {
    var node = NodePackage.of(folder);
    return node.exists() ? run(node).map(run -> found(node, run)) : Optional.empty();
  }

  private static Found found(NodePackage node, Run run) {
    var found =
        Found.of("package.json" + run.framework(), Optional.of(build(node)), run.command())
            .with(node.postgres());
    if (node.folder().has("prisma/migrations")) {
      var migrate = node.execute("prisma migrate deploy");
      found = found.withRun(found.because(), migrate + " && " + found.run());
    }
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

  /// @param framework said after the file's name
  private record Run(String framework, String command, String note) {}

  private static Optional<Run> run(NodePackage node) {
    var start = node.tool() + " start";
    if (node.depends("next")) {
      // `next start` reads $PORT by itself.
      var command = node.hasScript("start") ? start : node.execute("next start");
      return Optional.of(new Run(", Next.js", command, ""));
    }
    if (node.hasScript("start") && !isDevelopmentServer(node)) {
      return Optional.of(new Run("", start, ""));
    }
    if (node.dependsAtAll("vite") && node.hasScript("build")) {
      var preview = node.execute("vite preview --host 127.0.0.1 --port $PORT --strictPort");
      return Optional.of(new Run(", Vite", preview, ""));
    }
    if (node.dependsAtAll("react-scripts")) {
      return Optional.of(
          new Run(", Create React App", "npx --yes serve --single build -l $PORT", ""));
    }
    return file(node).map(file -> new Run("", "node " + file, "")).or(() -> development(node));
  }

  private static boolean isDevelopmentServer(NodePackage node) {
    var start = node.script("start");
    return start.equals("vite") || start.startsWith("vite ") || start.startsWith("react-scripts");
  }

  private static Optional<String> file(NodePackage node) {
    var main = node.json().path("main").asText("");
    if (!main.isEmpty() && node.folder().has(main) && !node.hasScript("prepublishOnly")) {
      return Optional.of(main);
    }
    return node.folder().firstOf("server.js", "server.mjs", "app.js", "index.js", "index.mjs");
  }

  private static Optional<Run> development(NodePackage node) {
    return node.hasScript("dev")
        ? Optional.of(
            new Run(
                "",
                node.tool() + " run dev",
                "`run` is the development server: there is no script `start`. It must listen on"
                    + " $PORT"))
        : Optional.empty();
  }
}
