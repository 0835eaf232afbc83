package run.ephemeral.data.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.Fence;
import run.ephemeral.core.step.Outcome;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.TestPostgres;

/// SQL files as people and programs write them, on a real PostgreSQL.
class SeedsTest {
  private Connection connection = connect();

  private static Connection connect() {
    try {
      var server = TestPostgres.server();
      return DriverManager.getConnection(
          TestPostgres.database() + "?preferQueryMode=simple", server.user(), server.password());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void table() throws Exception {
    run("CREATE TABLE t (a int, b text);");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private void run(String sql) throws Exception {
    new SqlScript("seed.sql", new BufferedReader(new StringReader(sql))).run(connection);
  }

  private void fails(String sql, String message) {
    assertThatThrownBy(() -> run(sql))
        .isInstanceOf(FaultException.class)
        .hasMessage("seed " + message);
  }

  private List<String> rows() throws SQLException {
    try (var statement = connection.createStatement();
        var set = statement.executeQuery("SELECT a || ' ' || coalesce(b, '-') FROM t ORDER BY a")) {
      var rows = new ArrayList<String>();
      while (set.next()) {
        rows.add(set.getString(1));
      }
      return rows;
    }
  }

  @Test
  void statementsEndWhereTheServerThinksSo() throws Exception {
    run(
        """
        \uFEFF-- a comment; with 'an open quote
        /* one; /* two; */ ' */ INSERT INTO t VALUES (1, 'a;b'); insert into t values (2, 'it''s
        -- no comment; two lines');
        INSERT INTO t VALUES (3, E'c\\';d'), (4, $$e;f'$$), (5, $x$g;$$;$x$);
        CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
          SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
        CREATE OR REPLACE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$
        BEGIN
          RETURN f(); END $$;
        CREATE RULE r AS ON UPDATE TO t DO ALSO (SELECT 1; SELECT 2);
        CREATE TABLE "odd;name" (a$b int); ;;
        BEGIN; INSERT INTO t VALUES (6); COMMIT;
        VACUUM t;
        INSERT INTO t VALUES (7, 'no semicolon at the end') -- really\
        """);
    assertThat(rows())
        .containsExactly(
            "1 a;b",
            "2 it's\n-- no comment; two lines",
            "3 c';d",
            "4 e;f'",
            "5 g;$$;",
            "6 -",
            "7 no semicolon at the end");
  }

  @Test
  void aDumpIsLoadedWithItsRowsAndItsFrame() throws Exception {
    run(
        """
        --
        -- PostgreSQL database dump
        --
        \\restrict abc123
        SET standard_conforming_strings = on;
        SELECT pg_catalog.set_config('search_path', '', false);

        -- Data for Name: t
        COPY public.t (a, b) FROM stdin;
        1\tone; 'two
        2\t\\N
        \\.

        COPY public.t FROM STDIN WITH (FORMAT csv);
        3,"a, b"
        \\.
        copy public.t (a)
          from stdin;
        \\.
        \\unrestrict abc123
        SET search_path = public;
        """);
    assertThat(rows()).containsExactly("1 one; 'two", "2 -", "3 a, b");
  }

  @Test
  void whatFailsIsNamedByItsLine() {
    fails("SELECT 1;\n\n  SELEC 2;\n", "seed.sql:3: syntax error at or near \"SELEC\"");
    fails("SELECT\n  1,\n  nothing\nFROM t;", "seed.sql:3: column \"nothing\" does not exist");
    fails("INSERT INTO t VALUES (1);\nSELECT 1/0;", "seed.sql:2: division by zero");
    fails(
        "CREATE UNIQUE INDEX ON t (a);\nINSERT INTO t VALUES (8);\nINSERT INTO t VALUES (8);",
        "seed.sql:3: duplicate key value violates unique constraint \"t_a_idx\":"
            + " Key (a)=(8) already exists.");
    fails(
        "\nCOPY t FROM stdin;\n1\tx\nmany\tx\n\\.\n",
        "seed.sql:4: invalid input syntax for type integer: \"many\"");
    fails(
        "COPY t FROM stdin;\n9\tx\n", "seed.sql:1: the rows of COPY do not end with a line `\\.`");
    fails(
        "SELECT 1;\n\\i other.sql\n", "seed.sql:2: `\\i other.sql` is a command of psql, not SQL");
    fails("SELECT 'open;\n", "seed.sql:1: unterminated quoted string at or near \"'open; \"");
  }

  @Test
  void aServerThatGoesAwayIsNoFaultOfTheSeed() {
    assertThatThrownBy(() -> run("SELECT pg_terminate_backend(pg_backend_pid());"))
        .isInstanceOf(SQLException.class);
    connection = connect();
  }

  @Test
  void manyStatementsAreNoTrouble() throws Exception {
    run("INSERT INTO t VALUES (1, 'x');\n".repeat(3_000));
    assertThat(rows()).hasSize(3_000);
  }

  private static String seed(Data data, String path, Map<String, byte[]> files) {
    var hash = data.sources.addBytes(files);
    var order = Data.database(new ComponentName("db"), Optional.of(hash), path, Optional.empty());
    var step = new Step.Copy(order, "test");
    var environment = Data.key();
    try {
      return switch (data.server.perform(environment, step, new Fence(1, 1))) {
        case Outcome.Failed(Fault fault) -> fault.message();
        case Outcome.Done(var detail) -> detail;
        case Outcome.Stale(), Outcome.NotYet() -> "not done";
      };
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFolderIsLoadedInTheOrderOfItsNames() {
    try (var data = new Data()) {
      var files =
          Map.of(
              "2.sql", "INSERT INTO a VALUES (1);".getBytes(ISO_8859_1),
              "10.sql", "CREATE TABLE a (b int);".getBytes(ISO_8859_1),
              "readme", "not SQL".getBytes(ISO_8859_1));
      assertThat(seed(data, "db", files)).isEqualTo("seeded a golden database and copied it");
      assertThat(seed(data, "db", files)).isEqualTo("copied from its golden database");
      assertThat(seed(data, "db", Map.of("1.sql", "\n\nDROP TABLE no;".getBytes(ISO_8859_1))))
          .isEqualTo("seed db/1.sql:3: table \"no\" does not exist");
    }
  }

  @Test
  void whatIsNoSqlInUtf8IsSaid() {
    try (var data = new Data()) {
      var latin = Map.of("s.sql", "SELECT 1;\nSELECT 'größe';".getBytes(ISO_8859_1));
      assertThat(seed(data, "s.sql", latin)).isEqualTo("seed s.sql is not text in UTF-8");
      var none = Map.of("readme", "hello".getBytes(ISO_8859_1));
      assertThat(seed(data, "db", none)).isEqualTo("the seed `db` has no file that ends with .sql");
    }
  }
}
