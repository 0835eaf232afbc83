import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** HTTP on 127.0.0.1:$PORT: a virtual thread and a log line per request. */
final class Server implements HttpHandler {

  /** The response to a request. */
  record Answer(int status, String type, byte[] body, String location) {}

  interface Routes {
    Answer answer(String route, HttpExchange request) throws Exception;
  }

  private final String name;
  private final Routes routes;

  private Server(String name, Routes routes) {
    this.name = name;
    this.routes = routes;
  }

  static void start(String name, Routes routes) throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    int port = Integer.parseInt(System.getenv("PORT"));
    InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    HttpServer http = HttpServer.create(new InetSocketAddress(here, port), 128);
    http.createContext("/", new Server(name, routes));
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> http.stop(0)));
    log(name, "listening on port", Integer.toString(port));
  }

  @Override
  public void handle(HttpExchange request) throws IOException {
    long start = System.nanoTime();
    String method = request.getRequestMethod();
    String path = request.getRequestURI().getPath();
    String read = method.equals("HEAD") ? "GET" : method;
    Answer answer;
    try {
      answer = routes.answer(read + " " + path, request);
    } catch (Exception e) {
      log(name, method, path, "failed:", e.toString());
      answer = new Answer(503, "text/plain", "Not just now.\n".getBytes(), "");
    }
    try (request) {
      request.getResponseHeaders().set("Content-Type", answer.type + "; charset=utf-8");
      if (!answer.location.isEmpty()) {
        request.getResponseHeaders().set("Location", answer.location);
      }
      boolean empty = answer.body.length == 0 || method.equals("HEAD");
      request.sendResponseHeaders(answer.status, empty ? -1 : answer.body.length);
      if (!empty) {
        request.getResponseBody().write(answer.body);
      }
    }
    if (!path.equals("/healthz")) {
      long millis = (System.nanoTime() - start) / 1_000_000;
      log(name, method, path, Integer.toString(answer.status), millis + " ms");
    }
  }

  private static void log(String name, String... words) {
    System.out.println(name.concat(": ").concat(String.join(" ", words)));
  }
}
