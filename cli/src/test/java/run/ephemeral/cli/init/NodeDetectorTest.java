package run.ephemeral.cli.init;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeDetectorTest {
  private static final Detector NODE = new NodeDetector();

  @TempDir Path folder;

  private Tree node(String json, String... more) {
    var files = new String[more.length + 2];
    files[0] = "package.json";
    files[1] = json.replace('\'', '"');
    System.arraycopy(more, 0, files, 2, more.length);
    return Tree.at(folder, files);
  }

  @Test
  void theStartScriptIsHowItIsRun() {
    node("{'scripts': {'start': 'node .'}}").found(NODE, "npm install", "npm start");
    node("{'scripts': {'start': 'node .', 'build': 'tsc'}}", "package-lock.json", "{}")
        .found(NODE, "npm ci && npm run build", "npm start");
  }

  @Test
  void theLockFileTellsWhoInstalls() {
    var json = "{'scripts': {'start': 'x'}}";
    node(json, "pnpm-lock.yaml", "").found(NODE, "pnpm install --frozen-lockfile", "pnpm start");
    node(json, "yarn.lock", "").found(NODE, "yarn install --frozen-lockfile", "yarn start");
    node(json, "yarn.lock", "", ".yarnrc.yml", "")
        .found(NODE, "yarn install --immutable", "yarn start");
    node(json, "bun.lock", "").found(NODE, "bun install --frozen-lockfile", "bun start");
    node("{'scripts': {'start': 'x'}, 'packageManager': 'pnpm@9.1.0'}")
        .found(NODE, "pnpm install --frozen-lockfile", "pnpm start");
  }

  @Test
  void withoutAStartScriptItsMainFileIsRun() {
    node("{'main': 'lib/main.js'}", "lib/main.js", "")
        .found(NODE, "npm install", "node lib/main.js");
    node("{}", "server.js", "").found(NODE, "npm install", "node server.js");
  }

  @Test
  void aLibraryIsNoProgram() {
    node("{'name': 'tools', 'devDependencies': {'prettier': '1'}}").nothing(NODE);
    node("not json").nothing(NODE);
    Tree.at(folder).nothing(NODE);
  }

  @Test
  void aDriverMeansPostgres() {
    node("{'scripts': {'start': 'x'}, 'dependencies': {'pg': '^8'}}")
        .found(NODE, "npm install", "npm start", "postgres");
  }

  @Test
  void prismaIsGeneratedAndMigrated() {
    node(
            "{'scripts': {'start': 'x'}, 'dependencies': {'@prisma/client': '6'}}",
            "prisma/migrations/1/migration.sql",
            "")
        .found(
            NODE,
            "npm install && npx prisma generate",
            "npx prisma migrate deploy && npm start",
            "postgres");
  }

  @Test
  void frameworksAreServedTheirOwnWay() {
    node("{'scripts': {'build': 'next build'}, 'dependencies': {'next': '16'}}")
        .found(NODE, "npm install && npm run build", "npx next start", "/");
    node("{'scripts': {'build': 'vite build', 'start': 'vite'}, 'devDependencies': {'vite': '8'}}")
        .found(
            NODE,
            "npm install && npm run build",
            "npx vite preview --host 127.0.0.1 --port $PORT --strictPort",
            "/");
  }

  @Test
  void pagesThatAreBuiltAreServedAsBuilt() {
    pages("react-scripts", "cross-env PORT=4100 react-scripts start", "--single build");
    pages("@11ty/eleventy", "npx @11ty/eleventy --serve --quiet", "_site");
    pages("@vue/cli-service", "vue-cli-service serve", "--single dist");
    pages("gatsby", "gatsby develop", "public");
    pages("@docusaurus/core", "docusaurus start", "build");
  }

  private void pages(String tool, String start, String built) {
    node("{'scripts': {'build': 'x', 'start': '%s'}, 'devDependencies': {'%s': '1'}}"
            .formatted(start, tool))
        .found(NODE, "npm install && npm run build", "npx --yes serve -l $PORT " + built, "/");
  }

  @Test
  void migrationsComeFirst() {
    node(
            "{'scripts': {'start': 'x'}, 'dependencies': {'@prisma/client': '4'},"
                + " 'prisma': {'schema': 'src/prisma/schema.prisma'}}",
            "src/prisma/migrations/1/migration.sql",
            "")
        .found(
            NODE,
            "npm install && npx prisma generate",
            "npx prisma migrate deploy && npm start",
            "postgres");
    node("{'scripts': {'start': 'x'}, 'dependencies': {'knex': '2'}}", "knexfile.js", "")
        .found(NODE, "npm install", "npx knex migrate:latest && npm start");
    node(
            "{'scripts': {'start': 'x'}, 'devDependencies': {'sequelize-cli': '6'}}",
            "migrations/1.js",
            "")
        .found(NODE, "npm install", "npx sequelize-cli db:migrate && npm start");
  }

  @Test
  void aDevelopmentServerIsTheLastResort() {
    node("{'scripts': {'dev': 'astro dev'}}").found(NODE, "npm install", "npm run dev");
    node("{'scripts': {'start': 'nx serve'}}").found(NODE, "npm install", "npm run start");
  }
}
