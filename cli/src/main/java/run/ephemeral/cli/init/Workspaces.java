package run.ephemeral.cli.init;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Workspaces of npm, yarn, bun and pnpm: packages of one repository that are installed together
/// at its top. Finds the programs among them.
record Workspaces(NodePackage top, List<NodePackage> packages) {
  /// A package that is a program.
  record Program(Folder folder, Found found) {}

  static Workspaces of(Folder root) {
    var top = NodePackage.of(root);
    var packages = new ArrayList<NodePackage>();
    for (var glob : top.exists() ? top.workspaces() : List.<String>of()) {
      var plain = glob.replaceFirst("^\\./", "");
      if (plain.startsWith("!")) {
        continue;
      }
      var end = plain.indexOf("/*");
      var folders =
          end >= 0
              ? root.sub(plain.substring(0, end)).subfolders()
              : List.of(root.sub(plain.replaceFirst("/$", "")));
      folders.stream().map(NodePackage::of).filter(NodePackage::exists).forEach(packages::add);
    }
    return new Workspaces(top, packages);
  }

  /// The programs, all with the same build command, so that the build runs once.
  List<Program> programs() {
    var found = new LinkedHashMap<NodePackage, Found>();
    for (var own : packages) {
      new NodeDetector()
          .detect(own.folder())
          .filter(it -> own.hasScript("start") || (it.health().isPresent() && !isLibrary(own)))
          .ifPresent(it -> found.put(own, it));
    }
    var build = build(List.copyOf(found.keySet()));
    return found.entrySet().stream().map(it -> program(it.getKey(), it.getValue(), build)).toList();
  }

  /// Whether other packages import it: libraries may be built by the same tools as pages.
  private static boolean isLibrary(NodePackage own) {
    return own.json().has("main") || own.json().has("exports") || own.json().has("module");
  }

  private Program program(NodePackage own, Found found, String build) {
    var path = path(own);
    return new Program(
        own.folder(),
        new Found(
            path + "/" + found.because(),
            Optional.of(build),
            run(own, path, found.run()),
            found.health(),
            found.postgres(),
            found.env(),
            found.notes()));
  }

  private String path(NodePackage own) {
    return top.folder().path().relativize(own.folder().path()).toString();
  }

  private String run(NodePackage own, String path, String command) {
    return command.equals("npm start") && top.tool().equals("npm") && own.hasScript("start")
        ? "npm start -w " + path
        : "cd " + path + " && " + command.replaceFirst("^npm (start|run)", top.tool() + " $1");
  }

  /// Installs all packages, then builds the programs and the packages that they may use.
  private String build(List<NodePackage> programs) {
    var install = top.install();
    var built = programs.stream().filter(own -> own.hasScript("build")).map(this::path).toList();
    var others =
        packages.stream().anyMatch(own -> !programs.contains(own) && own.hasScript("build"));
    if (built.isEmpty() && !others) {
      return install;
    }
    if (top.dependsAtAll("turbo")) {
      return install + " && " + top.execute("turbo run build" + each(" --filter=./%s", built));
    }
    return switch (top.tool()) {
      case "pnpm" -> install + " && pnpm" + each(" --filter ./%s...", built) + " run build";
      case "npm" ->
          install
              + " && npm run build"
              + (others ? " --workspaces --if-present" : each(" -w %s", built));
      default -> install + each(" && (cd %s && " + top.tool() + " run build)", built);
    };
  }

  private static String each(String text, List<String> paths) {
    return paths.stream().map(text::formatted).collect(Collectors.joining());
  }
}
