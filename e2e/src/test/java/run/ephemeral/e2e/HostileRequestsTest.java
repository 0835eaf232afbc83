package run.ephemeral.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.testkit.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.testkit.Plane;

/// Malicious and malformed requests, byte for byte. Each is answered with a sentence about what is
/// wrong, without internal details, and does not affect the control plane.
class HostileRequestsTest {
  private static final String BASE = "/api/v1";
  private static final String JSON = "Content-Type: application/json";
  private static final int STREAMS = 100;

  @TempDir static Path folder;
  static Plane plane;

  @BeforeAll
  static void start() throws IOException {
    plane = new Plane(folder.resolve("home"));
    plane.start();
  }

  @AfterAll
  static void end() throws IOException {
    assertThat(Files.readString(plane.home.resolve("server.log"))).doesNotContain("ERROR [");
    plane.close();
  }

  /// Checks that the answer is a problem with this status and text.
  private static void check(int status, String says, String line, String... headers) {
    try (var client = new RawClient(plane)) {
      checkProblem(status, says, client.request(line, headers).answer());
    }
  }

  private static void checkProblem(int status, String says, String answer) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains(says);
    assertThat(answer).contains("application/problem+json", "\"detail\":\"");
    assertThat(answer).doesNotContainIgnoringCase("exception").doesNotContain("\tat ", "run.eph");
  }

  private static void checkBody(int status, String says, String path, byte[] body) {
    try (var client = new RawClient(plane)) {
      client.request("POST " + BASE + path, JSON, "Content-Length: " + body.length).bytes(body);
      checkProblem(status, says, client.answer());
    }
  }

  private static void checkBody(int status, String says, String path, String body) {
    checkBody(status, says, path, body.getBytes(UTF_8));
  }

  private static void checkAlive() {
    assertThat(plane.get("/status").get("pid").asLong()).isEqualTo(plane.pid());
  }

  @Test
  void foreignPagesGetNothingWhateverTheyAskFor() {
    var foreign = "Origin: http://evil.example";
    var says = "pages of `http://evil.example` may not use this API";
    check(403, says, "GET " + BASE + "/stream", foreign, "Accept: text/event-stream");
    check(
        403, says, "GET " + BASE + "/stream", foreign, "Connection: Upgrade", "Upgrade: websocket");
    check(403, says, "GET " + BASE + "/environments/x/logs/stream", foreign);
    check(403, says, "DELETE " + BASE + "/environments/x", foreign);
    for (var method : List.of("POST", "PUT", "DELETE")) {
      var wish = "Access-Control-Request-Method: " + method;
      check(403, says, "OPTIONS " + BASE + "/environments", foreign, wish);
    }
    check(403, "pages of other sites", "GET " + BASE + "/apps", "Sec-Fetch-Site: cross-site");
  }

  /// Deliveries of webhooks are let in without a token, and nothing that only begins like them.
  @Test
  void theWayOfWebhooksLeadsNowhereElse() {
    var foreign = "Origin: http://evil.example";
    var ways =
        List.of(
            "/hooks/.." + BASE + "/status",
            "/hooks/%2e%2e" + BASE + "/status",
            "/hooks/x/../.." + BASE + "/status",
            "/hooks/x/..%2f.." + BASE + "/status",
            "/hooks//.." + BASE + "/status",
            "/hooks/..%2fapi%2fv1%2fstatus",
            "/hooks/x;/.." + BASE + "/status",
            "/hooks/..",
            "/hooks/");
    for (var way : ways) {
      check(403, "pages of `http://evil.example`", "GET " + way, foreign);
    }
  }

  @Test
  void noAnswerInvitesOtherPages() {
    try (var client = new RawClient(plane)) {
      var answer = client.request("OPTIONS " + BASE + "/environments").answer();
      assertThat(answer).doesNotContainIgnoringCase("access-control-");
    }
  }

  @Test
  void theHostIsThisOneAndOne() {
    var says = "names one host";
    check(400, says, "GET http://evil.example" + BASE + "/status");
    check(400, says, "GET " + BASE + "/status", "Host: evil.example");
    try (var client = new RawClient(plane)) {
      client.text("GET /api/v1/status HTTP/1.1\r\n\r\n");
      checkProblem(400, "no HTTP that can be read", client.answer());
    }
    try (var client = new RawClient(plane)) {
      client.text("GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n");
      checkProblem(403, "has no business here", client.answer());
    }
  }

  @Test
  void whatAFormOfAPageCanSendIsNoCommand() {
    for (var type :
        List.of(
            "Content-Type: text/plain",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type: multipart/form-data; boundary=x",
            "Content-Type: nonsense",
            "X-Nothing: said")) {
      for (var path : List.of("/shutdown", "/apps", "/environments", "/doctor/fix")) {
        check(415, "send application/json", "POST " + BASE + path, type, "Content-Length: 2");
      }
    }
    checkAlive();
  }

  @Test
  void aNameInAnAddressIsANameAndNoPath() throws IOException {
    var before = listing();
    for (var name :
        List.of(
            "..%2f..%2fetc%2fpasswd",
            "%252e%252e%252f",
            "..%5c..%5cx",
            "%00",
            "a%00b",
            "%c0%ae%c0%ae",
            "%e2%80%ae",
            "%ef%bc%8f",
            "%F0%9F%92%A9",
            "x".repeat(500))) {
      for (var under : List.of("", "/logs", "/databases")) {
        check(404, "there is no environment", "GET " + BASE + "/environments/" + name + under);
      }
      check(404, "there is no environment", "DELETE " + BASE + "/environments/" + name);
      check(400, "a name is at most 41", "GET " + BASE + "/environments/" + name + "/events");
      check(404, "is followed", "DELETE " + BASE + "/apps/" + name);
      check(400, "a name is at most 41", "GET " + BASE + "/stream?environment=" + name);
    }
    check(404, "nothing at this address", "GET " + BASE + "/environments/../../../etc/passwd");
    assertThat(listing()).isEqualTo(before);
  }

  private static List<String> listing() throws IOException {
    try (var files = Files.list(plane.home)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void namesInBodiesAreNamesToo() {
    for (var name : List.of("..", "../x", "a/b", "\\u0000", "A", "-x", "x".repeat(42))) {
      var body = "{\"directory\":\"%s\",\"name\":\"%s\"}".formatted(folder, name);
      checkBody(400, "a name is at most 41", "/environments", body);
      body = "{\"source\":\"%s\",\"name\":\"%s\"}".formatted(folder, name);
      checkBody(400, "name is at most 30", "/apps", body);
    }
    checkBody(400, "cannot be read", "/environments", "{\"directory\":\"/tmp/\\u0000\"}");
    checkBody(400, "cannot be read", "/apps", "{\"source\":\"/tmp/\\u0000\"}");
  }

  @Test
  void numbersOfAQueryAreNumbers() {
    for (var number : List.of("abc", "99999999999999999999", "1.5", "%00", "0x10")) {
      check(400, "cannot be read", "GET " + BASE + "/environments/x/events?limit=" + number);
      check(400, "cannot be read", "GET " + BASE + "/stream?after=" + number);
    }
    for (var number : List.of("-1", "0", "2147483647", "-2147483648")) {
      check(404, "no environment", "GET " + BASE + "/environments/x/events?limit=" + number);
      check(404, "no environment", "GET " + BASE + "/environments/x/logs?tail=" + number);
    }
  }

  @Test
  void aBodyIsReadAsItIsMeantOrNotAtAll() {
    checkBody(400, "no JSON", "/validate", "{\"text\":\"a\",\"text\":\"b\"}");
    checkBody(400, "`txt` is not known here; there are text.", "/validate", "{\"txt\":\"a\"}");
    checkBody(400, "Did you mean `purge`?", "/shutdown", "{\"purg\":true}");
    checkBody(400, "not one JSON object", "/validate", "{\"text\":\"a\"}{}");
    checkBody(400, "`text` is not a text", "/validate", "{\"text\":1}");
    checkBody(400, "`text` is not a text", "/validate", "{\"text\":[1]}");
    checkBody(400, "`purge` is not true or false", "/shutdown", "{\"purge\":\"maybe\"}");
    checkBody(400, "`leftovers` is not a list", "/doctor/fix", "{\"leftovers\":{}}");
    checkBody(400, "lacks something in `leftovers`", "/doctor/fix", "{\"leftovers\":[null]}");
    checkBody(400, "lacks something in `command`", "/environments/x/exec", "{\"command\":[null]}");
    for (var body : List.of("[]", "\"x\"", "1", "true")) {
      checkBody(400, "not one JSON object", "/validate", body);
    }
    for (var body :
        List.of("{", "{]", "nul", "{\"text\"", "\u00a0", "{'text':'a'}", "{\"a\":NaN}")) {
      checkBody(400, "no", "/validate", body);
    }
    checkBody(400, "no JSON", "/validate", "{\"text\":\"\u00ff\u00fe\"}".getBytes(ISO_8859_1));
    checkAlive();
  }

  @Test
  void aBodyThatIsNestedWithoutEndIsRefused() {
    checkBody(400, "the body is", "/validate", "[".repeat(500_000));
    checkBody(400, "`text` is not a text", "/validate", "{\"text\":".repeat(100_000));
    checkBody(400, "the body is no JSON", "/validate", "{\"a\":".repeat(100));
  }

  @Test
  void aLongWishIsRepeatedShort() {
    var body = "{\"command\":\"%s\"}".formatted("fly ".repeat(100_000));
    try (var client = new RawClient(plane)) {
      client.request(
          "POST " + BASE + "/environments/x/commands", JSON, "Content-Length: " + body.length());
      var answer = client.text(body).answer();
      checkProblem(
          422, "is not a command", answer.replace("fly fly", "").concat("is not a command"));
      assertThat(answer).hasSizeLessThan(2_000);
    }
  }

  @Test
  void aBodyOfAGigabyteIsRefusedBeforeItIsSentAndTheConnectionEnds() {
    for (var path : List.of("/validate", "/environments", "/nonsense")) {
      try (var client = new RawClient(plane)) {
        client.request("POST " + BASE + path, JSON, "Content-Length: 1073741824");
        checkProblem(413, "has 1073741824 bytes; at most 1048576 are read", client.rest());
      }
    }
    for (var length : List.of("99999999999999999999", "1048577")) {
      try (var client = new RawClient(plane)) {
        client.request("POST " + BASE + "/validate", JSON, "Content-Length: " + length);
        assertThat(client.rest()).startsWith("HTTP/1.1 4");
      }
    }
  }

  @Test
  void whoSendsWithoutEndIsCutOff() {
    try (var client = new RawClient(plane)) {
      client.request("POST " + BASE + "/validate", JSON, "Transfer-Encoding: chunked");
      checkProblem(411, "says its Content-Length", client.answer());
      var piece = "10000\r\n" + "x".repeat(1 << 16) + "\r\n";
      eventually("it is cut off", () -> !isSent(client, piece));
    }
    checkAlive();
  }

  private static boolean isSent(RawClient client, String text) {
    try {
      client.text(text);
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @Test
  void slowAndUnfinishedRequestsHoldUpNobody() {
    var slow = new ArrayList<RawClient>();
    try {
      for (int i = 0; i < 200; i++) {
        var half = new RawClient(plane);
        slow.add(half);
        if (i % 2 == 0) {
          half.request("POST " + BASE + "/validate", JSON, "Content-Length: 100").text("{");
        } else {
          half.text("GET /api/v1/status HTTP/1.1\r\nHost:");
        }
      }
      checkAlive();
    } finally {
      slow.forEach(RawClient::close);
    }
    checkAlive();
  }

  @Test
  void otherMethodsAndAddressesAreProblems() {
    for (var method : List.of("PUT", "PATCH", "DELETE", "TRACE", "FOO", "get")) {
      check(405, "does not take this method", method + " " + BASE + "/environments");
    }
    check(405, "does not take this method", "GET " + BASE + "/shutdown");
    for (var path : List.of("/", "/q/dev", "/favicon.ico", "/api", "/api/v2/status", "/api//x")) {
      check(404, "nothing at this address", "GET " + path);
    }
  }

  /// Requests that are not HTTP are answered by the HTTP library, without a sentence or a leak.
  @Test
  void whatIsNoHttpEndsTheConnection() {
    for (var text :
        List.of(
            "\u0016\u0003\u0001\u0000\u0000garbage\r\n\r\n",
            "GET /api/v1/status\r\n\r\n",
            "GET /api/v1/environments/%zz HTTP/1.0\r\n\r\n",
            "GET /api/v1/environments/..\\..\\x HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX-Huge: " + "a".repeat(100_000) + "\r\n\r\n",
            "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")) {
      try (var client = new RawClient(plane)) {
        assertThat(client.text(text).rest()).matches("(?s)HTTP/1\\.[01] 4\\d\\d [^{}]*");
      }
    }
    checkAlive();
  }

  @Test
  void streamsThatAreOpenedAndDroppedLeaveNothing() {
    openAndDropStreams();
    var before = descriptors();
    for (int round = 0; round < 3; round++) {
      openAndDropStreams();
    }
    eventually("all are let go", () -> descriptors() < before + STREAMS);
  }

  /// Opens streams that are never read, and closes them.
  private static void openAndDropStreams() {
    var streams = IntStream.range(0, STREAMS).mapToObj(i -> new RawClient(plane)).toList();
    for (var stream : streams) {
      stream.request("GET " + BASE + "/stream", "Accept: text/event-stream");
    }
    streams.getLast().answer();
    checkAlive();
    streams.forEach(RawClient::close);
  }

  private static long descriptors() {
    try (var files = Files.list(Path.of("/proc/" + plane.pid() + "/fd"))) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
