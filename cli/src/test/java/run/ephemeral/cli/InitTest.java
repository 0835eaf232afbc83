package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitTest {
  @TempDir Path folder;

  private Shell shop() throws IOException {
    var shop = Files.createDirectories(folder.resolve("shop"));
    Files.writeString(
        shop.resolve("package.json"),
        """
        {"scripts": {"start": "node ."}, "dependencies": {"pg": "8"}, "engines": {"node": ">=22"}}
        """);
    return new Shell(folder);
  }

  @Test
  void saysWhatItFoundAndWhatToDoNext() throws IOException {
    var said = shop().call("init", "shop");
    assertThat(said)
        .isEqualTo(
            new Shell.Said(
                0,
                """
                ✓ web from package.json
                    package.json asks for Node >=22
                ✓ db PostgreSQL 18, a copy for every environment
                Wrote %s
                Next: look at it, then ephemeral validate · ephemeral run
                """
                    .formatted(folder.resolve("shop/ephemeral.yaml")),
                ""));
    assertThat(folder.resolve("shop/ephemeral.yaml")).content().contains("app: shop\n");
  }

  @Test
  void namesTheDockerfileAndPrintsTheWorkflowThatPushesItsImage() throws IOException {
    var shell = shop();
    Files.writeString(folder.resolve("shop/Dockerfile"), "FROM node\nEXPOSE 3000\n");
    var git = Files.createDirectories(folder.resolve("shop/.git"));
    var remote = "[remote \"origin\"]\n\turl = git@github.com:Acme/shop.git\n";
    Files.writeString(git.resolve("config"), remote);
    var out = shell.call("init", "shop").out();
    assertThat(out)
        .contains("Dockerfile is there", "`image: ghcr.io/acme/shop-web` and `port: 3000`")
        .contains("- { image: ghcr.io/acme/shop-web, context: \".\" }")
        .contains("tags: ${{ matrix.image }}:PR-${{ github.event.number }}");
    var written = shell.call("init", "shop", "--force", "-o", "json").out();
    assertThat(written).contains("\"workflow\" :");
  }

  @Test
  void aDockerfileAloneIsForClusters() throws IOException {
    var box = Files.createDirectories(folder.resolve("box"));
    Files.writeString(box.resolve("Dockerfile"), "FROM scratch\n");
    var said = new Shell(folder).call("init", "box");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).contains("has a Dockerfile", "image: ghcr.io/OWNER/box-web", "8080");
  }

  @Test
  void forProgramsItPrintsWhatItWrote() throws IOException {
    assertThat(shop().call("init", "shop", "-o", "yaml").out())
        .isEqualTo(
            """
            file: %s
            app: shop
            services:
            - name: web
              because: package.json
              notes:
              - package.json asks for Node >=22
            database: true
            notes: []
            """
                .formatted(folder.resolve("shop/ephemeral.yaml")));
  }

  @Test
  void neverReplacesAFileUnlessForced() throws IOException {
    var shell = shop();
    Files.writeString(folder.resolve("shop/ephemeral.yaml"), "mine");
    var said = shell.call("init", "shop");
    assertThat(said.code()).isEqualTo(5);
    assertThat(said.err()).endsWith("  → or replace it: ephemeral init --force\n");
    assertThat(folder.resolve("shop/ephemeral.yaml")).hasContent("mine");
    assertThat(shell.call("init", "shop", "--force").code()).isZero();
  }

  @Test
  void asksAPersonOnlyForTheName() throws IOException {
    var said = shop().typing("Corner Shop\n").call("init", "shop");
    assertThat(said.err()).isEqualTo("Name of the app [shop]: ");
    assertThat(folder.resolve("shop/ephemeral.yaml")).content().contains("app: corner-shop\n");
  }

  @Test
  void whereNothingIsFoundAPersonKnows() throws IOException {
    Files.createDirectory(folder.resolve("shop"));
    var said = new Shell(folder).typing("\n./serve $PORT\nmake\n").call("init", "shop");
    assertThat(said.code()).isZero();
    assertThat(folder.resolve("shop/ephemeral.yaml"))
        .content()
        .contains("    build: make\n    run: ./serve $PORT\n");
  }

  @Test
  void whereNobodyIsThereItShowsAnExample() throws IOException {
    Files.createDirectory(folder.resolve("shop"));
    var said = new Shell(folder).call("init", "shop");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .startsWith("error: nothing in %s tells how to run it\n".formatted(folder.resolve("shop")))
        .contains("    run: ./serve --port $PORT\n");
    assertThat(folder.resolve("shop/ephemeral.yaml")).doesNotExist();
  }
}
