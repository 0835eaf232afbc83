package run.ephemeral.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspacesTest {
  private static final String SITE =
      "{'scripts': {'start': 'x', 'build': 'y'}, 'dependencies': {'lib': '*'}}";
  private static final String API = "{'scripts': {'start': 'x'}}";
  private static final String LIBRARY = "{'main': 'i.js', 'scripts': {'build': 'y'}}";

  @TempDir Path folder;

  /// Checks a repository of `apps/site`, `apps/api` and more files.
  private void check(String top, List<String> files, String build, String... runs) {
    var all = new ArrayList<>(List.of("package.json", top));
    all.addAll(List.of("apps/site/package.json", SITE, "apps/api/package.json", API));
    all.addAll(files);
    var tree =
        Tree.at(folder, all.stream().map(text -> text.replace('\'', '"')).toArray(String[]::new));
    var programs = Workspaces.of(tree.folder()).programs();
    assertThat(programs).extracting(it -> it.found().run()).containsExactly(runs);
    assertThat(programs).extracting(it -> it.found().build().orElse("-")).containsOnly(build);
  }

  @Test
  void npmBuildsThePrograms() {
    check(
        "{'workspaces': ['apps/*']}",
        List.of("package-lock.json", "{}"),
        "npm ci && npm run build -w apps/site",
        "npm start -w apps/api",
        "npm start -w apps/site");
  }

  @Test
  void npmBuildsLibrariesToo() {
    check(
        "{'workspaces': ['./apps/*', 'lib']}",
        List.of("lib/package.json", LIBRARY, "lib/i.js", ""),
        "npm install && npm run build --workspaces --if-present",
        "npm start -w apps/api",
        "npm start -w apps/site");
  }

  @Test
  void pnpmNamesThemInAFileOfItsOwn() {
    check(
        "{'name': 'top'}",
        List.of(
            "pnpm-workspace.yaml",
            "packages:\n  - apps/**\n  - '!**/test'\n  - packages/*\n",
            "pnpm-lock.yaml",
            "",
            "packages/lib/package.json",
            LIBRARY),
        "pnpm install --frozen-lockfile && pnpm --filter ./apps/site... run build",
        "cd apps/api && pnpm start",
        "cd apps/site && pnpm start");
  }

  @Test
  void turboKnowsWhatIsBuiltBefore() {
    check(
        "{'workspaces': ['apps/*'], 'devDependencies': {'turbo': '2'}}",
        List.of("yarn.lock", ""),
        "yarn install --frozen-lockfile && yarn turbo run build --filter=./apps/site",
        "cd apps/api && yarn start",
        "cd apps/site && yarn start");
  }

  @Test
  void othersAreBuiltOneByOne() {
    check(
        "{'workspaces': {'packages': ['apps/*']}}",
        List.of("bun.lock", ""),
        "bun install --frozen-lockfile && (cd apps/site && bun run build)",
        "cd apps/api && bun start",
        "cd apps/site && bun start");
  }

  @Test
  void aPageIsAProgramWithoutAStart() {
    check(
        "{'workspaces': ['apps/*']}",
        List.of(
            "apps/ui/package.json",
            "{'scripts': {'build': 'vite build'}, 'devDependencies': {'vite': '8'}}",
            "apps/parts/package.json",
            "{'exports': './i.js', 'devDependencies': {'vite': '8'}, 'scripts': {'build': 'x'}}"),
        "npm install && npm run build --workspaces --if-present",
        "npm start -w apps/api",
        "npm start -w apps/site",
        "cd apps/ui && npx vite preview --host 127.0.0.1 --port $PORT --strictPort");
  }
}
