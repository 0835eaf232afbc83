package run.ephemeral.codehost.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.source.GitSources;

/// JGit's messages quote the URL. Passwords in the URL are shown to nobody.
class SecretsTest {
  @TempDir private Path temporary;
  private GitSources sources = new GitSources(Path.of("."));
  private GitCodeHost host = new GitCodeHost(sources);
  private Optional<HttpServer> server = Optional.empty();
  private volatile int code;

  @BeforeEach
  void begin() throws IOException {
    sources = new GitSources(temporary.resolve("mirrors"));
    host = new GitCodeHost(sources);
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
          exchange.getResponseHeaders().add("Location", exchange.getRequestURI() + "/further");
          exchange.sendResponseHeaders(code, -1);
          exchange.close();
        });
    http.start();
    server = Optional.of(http);
  }

  @AfterEach
  void end() {
    server.ifPresent(it -> it.stop(0));
    sources.close();
  }

  private void check(String source) {
    var app = new App(new AppName("shop"), "shop", source, "", Instant.EPOCH, Optional.empty());
    var thrown = catchThrowableOfType(FaultException.class, () -> host.look(app));
    var trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    var fault = thrown.fault();
    for (var text : List.of(fault.message(), fault.context(), trace.toString())) {
      assertThat(text).doesNotContainIgnoringCase("joanna", "s3cret", "s3cr", "pass", "t0ken");
    }
    assertThat(fault.message()).contains(app.shownSource());
  }

  @Test
  void theMessageOfAFailureHoldsNothingOfTheUrlsSecrets() {
    var port = server.orElseThrow().getAddress().getPort();
    var hosts = List.of("127.0.0.1:" + port + "/x.git", "127.0.0.1:1/x.git", "127.0.0.1:99999/x");
    for (var answer : List.of(200, 302, 401, 403, 404, 500)) {
      code = answer;
      for (var place : answer == 200 ? hosts : hosts.subList(0, 1)) {
        check("http://joanna:s3cret@" + place);
        check("http://joanna:s3cr@pass@" + place);
        check("http://joanna:s3cr%40pass%2F%C3%A9@" + place);
        check("http://t0ken@" + place);
        check("http://joanna:s3cret@" + place + "?private_token=t0ken&x=s3cr%20pass");
        check("http://t0ken:x-oauth-basic@" + place + "#s3cret");
      }
    }
  }

  @Test
  void theMessageAboutWhatIsNoUrlHoldsNothingOfItsSecretsEither() {
    check("http://joanna:s3cret/pass@127.0.0.1/x.git");
    check("http://joanna:s3cret pass@[bad/x.git");
    check("nothing://joanna:s3cret@127.0.0.1/x.git");
    check("http://joanna:s3cret%zz@127.0.0.1:1/x.git");
    check("file://joanna:s3cret@127.0.0.1/x.git");
    check("ssh://joanna:s3cret@127.0.0.1:1/x.git");
    check("joanna:s3cret@127.0.0.1:x.git");
    check("http://joanna:s3cret@/x.git");
    check("http://joanna:s3cret@");
  }
}
