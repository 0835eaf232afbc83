package run.ephemeral.cli.init;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// A `package.json`, with its package manager.
record NodePackage(Folder folder, JsonNode json) {
  private static final List<String> DRIVERS =
      List.of("pg", "pg-promise", "postgres", "@prisma/client", "pg-native", "@vercel/postgres");

  static NodePackage of(Folder folder) {
    return new NodePackage(folder, folder.json("package.json"));
  }

  boolean exists() {
    return json.isObject();
  }

  boolean depends(String name) {
    return json.path("dependencies").has(name);
  }

  boolean dependsAtAll(String name) {
    return depends(name) || json.path("devDependencies").has(name);
  }

  boolean hasScript(String name) {
    return json.path("scripts").has(name);
  }

  String script(String name) {
    return json.path("scripts").path(name).asText("");
  }

  boolean postgres() {
    return DRIVERS.stream().anyMatch(this::dependsAtAll);
  }

  List<String> workspaces() {
    var node = json.path("workspaces");
    var globs = new ArrayList<String>();
    (node.isArray() ? node : node.path("packages")).forEach(glob -> globs.add(glob.asText()));
    folder.yaml("pnpm-workspace.yaml").path("packages").forEach(glob -> globs.add(glob.asText()));
    return globs;
  }

  /// The value of `engines.node`; empty when absent.
  String engine() {
    return json.path("engines").path("node").asText("");
  }

  String tool() {
    var declared = json.path("packageManager").asText("");
    for (var tool : List.of("pnpm", "yarn", "bun")) {
      if (declared.startsWith(tool + "@")) {
        return tool;
      }
    }
    if (folder.has("pnpm-lock.yaml")) {
      return "pnpm";
    }
    if (folder.has("yarn.lock")) {
      return "yarn";
    }
    return folder.firstOf("bun.lock", "bun.lockb").isPresent() ? "bun" : "npm";
  }

  String install() {
    return switch (tool()) {
      case "pnpm" -> "pnpm install --frozen-lockfile";
      case "yarn" ->
          json.path("packageManager").asText("").matches("yarn@[2-9].*")
                  || folder.has(".yarnrc.yml")
              ? "yarn install --immutable"
              : "yarn install --frozen-lockfile";
      case "bun" -> "bun install --frozen-lockfile";
      default ->
          folder.firstOf("package-lock.json", "npm-shrinkwrap.json").isPresent()
              ? "npm ci"
              : "npm install";
    };
  }

  /// The command that runs a program of an installed package.
  String execute(String program) {
    return switch (tool()) {
      case "pnpm" -> "pnpm exec " + program;
      case "yarn" -> "yarn " + program;
      case "bun" -> "bunx " + program;
      default -> "npx " + program;
    };
  }
}
