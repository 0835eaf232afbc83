package run.ephemeral.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorsTest {
  @TempDir Path folder;

  private static void check(Shell shell, String command, int code, String expected) {
    var said = shell.call(command.split(" ", -1));
    assertThat(said.err()).isEqualTo(expected);
    assertThat(said.out()).isEmpty();
    assertThat(said.code()).isEqualTo(code);
  }

  @Test
  void withoutAControlPlaneReadingSaysHowToGetOne() {
    check(
        new Shell(folder),
        "list",
        4,
        """
        error: no control plane runs on this machine (%s has none)
          → ephemeral demo   the sample shop and its pull requests
          → ephemeral run    the app in this folder
        """
            .formatted(folder.resolve("home")));
  }

  @Test
  void anEmptyNameIsSaid() {
    var expected =
        """
        error: a name is empty
          → a variable of a script that is not set becomes that
        """;
    for (var command : List.of("show", "destroy", "logs", "cluster show", "app remove")) {
      var words = new ArrayList<>(List.of(command.split(" ")));
      words.addAll(List.of("", "--server", "http://127.0.0.1:1"));
      var said = new Shell(folder).call(words.toArray(String[]::new));
      assertThat(said).as(command).isEqualTo(new Shell.Said(2, "", expected));
    }
  }

  @Test
  void aServerFileOfADeadProcessIsNoControlPlane() throws IOException {
    Files.createDirectories(folder.resolve("home"));
    Files.writeString(
        folder.resolve("home/server.json"),
        """
        {"pid": 4194399, "api": "http://127.0.0.1:1", "gateway": "", "version": "0.1.0"}
        """);
    assertThat(new Shell(folder).call("show", "x").code()).isEqualTo(4);
  }

  @Test
  void aControlPlaneThatDoesNotAnswerIsSaidSo() {
    check(
        new Shell(folder),
        "list --server http://127.0.0.1:1",
        4,
        """
        error: the control plane at http://127.0.0.1:1 does not answer: Connection refused
          → see what there is: ephemeral doctor
        """);
  }

  @Test
  void aStreamThatCannotBeOpenedSaysSoWithoutTheNameOfAClass() {
    check(
        new Shell(folder),
        "events -f --server http://127.0.0.1:1",
        4,
        """
        error: the control plane at http://127.0.0.1:1 does not answer: Connection refused
          → see what there is: ephemeral doctor
        """);
  }

  @Test
  void oneThatIsBeingStoppedIsSaidToRunStill() throws IOException {
    var pid = ProcessHandle.current().pid();
    Files.createDirectories(folder.resolve("home"));
    Files.writeString(
        folder.resolve("home/server.json"),
        """
        {"pid": %d, "api": "http://127.0.0.1:1", "gateway": "", "version": "0.1.0"}
        """
            .formatted(pid));
    check(
        new Shell(folder),
        "list",
        4,
        """
        error: the control plane at http://127.0.0.1:1 does not answer: Connection refused
          → its process %d runs: wait for its end if it is being stopped, else read its log: %s
        """
            .formatted(pid, folder.resolve("home/server.log")));
  }

  @Test
  void whatIsNoControlPlaneIsSaidSo() throws IOException {
    checkAnswer(1, "answered with HTTP status 302 and no reason", 302, "");
    checkAnswer(1, "answered with HTTP status 500 and no reason", 500, "oops");
    checkAnswer(4, "is no control plane", 200, "<html>");
  }

  private void checkAnswer(int code, String says, int status, String body) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      var url = "http://127.0.0.1:" + server.getAddress().getPort();
      var said = new Shell(folder).call("list", "--server", url);
      assertThat(said.code()).isEqualTo(code);
      assertThat(said.err()).contains(says).doesNotContain("should not happen");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aWrongCommandGetsTheNearestRightOne() {
    check(
        new Shell(folder),
        "destory x",
        2,
        """
        error: there is no command `destory`. Did you mean `destroy`?
          → ephemeral --help
        """);
  }

  @Test
  void lettersThatChangedPlacesAreNear() {
    assertThat(new Shell(folder).call("rnu").err())
        .startsWith("error: there is no command `rnu`. Did you mean `run`?\n");
  }

  @Test
  void aWrongOptionGetsTheNearestRightOne() {
    check(
        new Shell(folder),
        "logs x --folow",
        2,
        """
        error: there is no option `--folow`. Did you mean `--follow`?
          → ephemeral logs --help
        """);
  }

  @Test
  void aWrongFormatIsSaidWithTheRightOnes() {
    check(
        new Shell(folder),
        "list -o xml",
        2,
        """
        error: invalid value for option '--output': `xml` is none of table, wide, json and yaml
          → ephemeral list --help
        """);
  }

  private void value(String command, String expected) {
    var said = new Shell(folder).call(command.split(" ", -1));
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("error: invalid value for option " + expected + "\n");
  }

  @Test
  void aWrongValueOfAnOptionIsSaidInOurWords() {
    value("logs --tail abc", "'--tail': `abc` is not a whole number");
    value("logs --tail 99999999999", "'--tail': `99999999999` is too large a number");
    value("server --gateway-port x", "'--gateway-port': `x` is not a whole number");
    assertThat(new Shell(folder).call("forward", "x", "web", "80x").err())
        .contains("`80x` is not a whole number");
    value("logs --source x", "'--source': `x` is none of build, run and test");
    value(
        "logs --source tets",
        "'--source': `tets` is none of build, run and test. Did you mean `test`?");
    value(
        "list -o jsno",
        "'--output': `jsno` is none of table, wide, json and yaml. Did you mean `json`?");
  }

  @Test
  void aWrongNameGetsTheNearestRightOne() throws IOException {
    try (var server = new FakeControlPlane().having(Samples.LOOK)) {
      check(
          new Shell(folder, server),
          "show pr-shp-1",
          3,
          """
          error: there is no environment `pr-shp-1`. Did you mean `pr-shop-1`?
            → ephemeral list
          """);
    }
  }

  @Test
  void aNameThatFitsSeveralIsNotGuessed() throws IOException {
    try (var server = new FakeControlPlane().having(Samples.LOOK, Samples.CURRENCY)) {
      check(
          new Shell(folder, server),
          "show pr",
          3,
          """
          error: `pr` fits several environments: pr-shop-1, pr-shop-2
            → write more of the name
          """);
    }
  }

  @Test
  void withoutANameSeveralAreNotGuessed() throws IOException {
    try (var server = new FakeControlPlane().having(Samples.LOOK, Samples.CURRENCY)) {
      check(
          new Shell(folder, server),
          "sleep",
          2,
          "error: which environment? There are pr-shop-1, pr-shop-2\n");
    }
  }

  @Test
  void aRefusalIsSaidInTheControlPlanesWords() throws IOException {
    try (var server = new FakeControlPlane().having(Samples.LOOK)) {
      server.answering(
          "POST /environments/pr-shop-1/commands",
          FakeControlPlane.problem(409, "pr-shop-1 is being removed"));
      check(new Shell(folder, server), "wake 1", 5, "error: pr-shop-1 is being removed\n");
    }
  }

  @Test
  void aBugIsNeverAStackTraceUnlessAskedFor() throws IOException {
    try (var server = new FakeControlPlane()) {
      server.answering("GET /environments", List.of("not an environment"));
      var said = new Shell(folder, server).call("list");
      assertThat(said.code()).isEqualTo(1);
      assertThat(said.err())
          .startsWith("error: this should not happen: ")
          .endsWith("  → see where it comes from: the same command with --debug\n")
          .doesNotContain("\tat ");
      assertThat(new Shell(folder, server).call("list", "--debug").err()).contains("\tat ");
    }
  }

  @Test
  void anAddressThatIsNoneIsSaidSo() {
    for (var given : List.of("not a url", "foo", "localhost:7070", "ftp://x", "http://", "x://y")) {
      var said = new Shell(folder).call("list", "--server", given);
      assertThat(said.code()).as(given).isEqualTo(2);
      assertThat(said.err())
          .isEqualTo(
              """
              error: `%s` is not the address of a control plane, which is an http or https URL
                → write it like http://127.0.0.1:7070
              """
                  .formatted(given));
    }
  }
}
