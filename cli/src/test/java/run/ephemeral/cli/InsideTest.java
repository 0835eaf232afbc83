package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.wire.DatabaseView;
import run.ephemeral.wire.ExecFrame;

class InsideTest {
  private static final DatabaseView DB =
      new DatabaseView(
          "db",
          "postgresql://app:s3cret@127.0.0.1:5433/shop_1",
          "jdbc:postgresql://127.0.0.1:5433/shop_1",
          "127.0.0.1",
          5433,
          "shop_1",
          "app",
          "s3cret");

  @TempDir Path folder;
  private FakeControlPlane server;
  private Shell shell;

  @BeforeEach
  void begin() throws IOException {
    server = new FakeControlPlane().having(Samples.LOOK);
    shell = new Shell(folder, server);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void aPortIsForwardedToAServiceThatIsThereOnly() {
    var unknown = shell.call("forward", "1", "wbe");
    assertThat(unknown.code()).isEqualTo(3);
    assertThat(unknown.err()).contains("pr-shop-1 has no service `wbe`");
    var high = shell.call("forward", "1", "web", "70000");
    assertThat(high.code()).isEqualTo(2);
    assertThat(high.err()).contains("70000 is no port");
  }

  @Test
  void execPassesTheOutputAndTheExitCodeOn() {
    server.streaming(
        "POST /environments/pr-shop-1/exec",
        "frame",
        new ExecFrame("stdout", "one\ntw", null),
        new ExecFrame("stderr", "oh\n", null),
        new ExecFrame("stdout", "o\n", null),
        new ExecFrame("exit", "", 42));
    assertThat(shell.call("exec", "1", "-s", "web", "--", "ls", "-l", "--", "x"))
        .isEqualTo(new Shell.Said(42, "one\ntwo\n", "oh\n"));
    assertThat(server.requests)
        .contains(
            "POST /environments/pr-shop-1/exec"
                + " {\"service\":\"web\",\"command\":[\"ls\",\"-l\",\"--\",\"x\"]}");
  }

  @Test
  void execSaysThatTheControlPlaneWentAway() {
    server.breaking(
        "POST /environments/pr-shop-1/exec", "frame", new ExecFrame("stdout", "one\n", null));
    var said = shell.call("exec", "1", "--", "sleep", "9");
    assertThat(said.code()).isEqualTo(Exit.NO_CONTROL_PLANE);
    assertThat(said.out()).isEqualTo("one\n");
    assertThat(said.err()).startsWith("error: lost the control plane");
  }

  @Test
  void execWithoutDashesSaysWhereTheCommandBelongs() {
    assertThat(shell.call("exec", "1", "ls"))
        .isEqualTo(
            new Shell.Said(
                2,
                "",
                """
                error: the command to run belongs after --
                  → ephemeral exec 1 -- ls -l
                """));
  }

  @Test
  void dbUrlPrintsTheUrl() {
    server.answering("GET /environments/pr-shop-1/databases", List.of(DB));
    assertThat(shell.call("db", "url", "1"))
        .isEqualTo(new Shell.Said(0, "postgresql://app:s3cret@127.0.0.1:5433/shop_1\n", ""));
  }

  @Test
  void dbOfSeveralHasToBeNamed() {
    var other = new DatabaseView("stats", "postgresql://x", "", "h", 1, "n", "u", "p");
    server.answering("GET /environments/pr-shop-1/databases", List.of(DB, other));
    assertThat(shell.call("db", "url", "1", "stats").out()).isEqualTo("postgresql://x\n");
    assertThat(shell.call("db", "url", "1"))
        .isEqualTo(new Shell.Said(2, "", "error: which database? pr-shop-1 has db, stats\n"));
    assertThat(shell.call("db", "url", "1", "stat").err())
        .contains("has no database `stat`. Did you mean `stats`?");
  }

  @Test
  void psqlGetsThePasswordButNotAsAnArgument() throws IOException {
    server.answering("GET /environments/pr-shop-1/databases", List.of(DB));
    var psql = folder.resolve("psql");
    var said = folder.resolve("said");
    Files.writeString(
        psql, "#!/bin/sh\nprintf '%%s\\n' \"$@\" \"$PGPASSWORD\" > '%s'\nexit 3\n".formatted(said));
    Files.setPosixFilePermissions(psql, PosixFilePermissions.fromString("rwx------"));
    shell.environment.put("PATH", folder.toString());
    assertThat(shell.call("db", "psql", "1", "--", "-c", "select 1").code()).isEqualTo(3);
    assertThat(said)
        .hasContent(
            """
            --host=127.0.0.1
            --port=5433
            --username=app
            --dbname=shop_1
            -c
            select 1
            s3cret
            """);
  }

  @Test
  void withoutPsqlItSaysHowToGetIt() {
    server.answering("GET /environments/pr-shop-1/databases", List.of(DB));
    shell.environment.put("PATH", folder.toString());
    assertThat(shell.call("db", "psql", "1"))
        .isEqualTo(
            new Shell.Said(
                3,
                "",
                """
                error: there is no psql on PATH
                  → install PostgreSQL's client, such as: apt install postgresql-client
                  → or use any other client with ephemeral db url
                """));
  }
}
