import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The shop's web page: products, the order button, and the latest orders. */
public final class Web implements Server.Routes {

  private final Page page = new Page();
  private final Service catalogue = new Service(System.getenv("CATALOGUE_URL"));
  private final Service orders = new Service(System.getenv("ORDERS_URL"));

  private Web() throws IOException {}

  public static void main(String[] args) throws IOException {
    Server.start("web", new Web());
  }

  @Override
  public Server.Answer answer(String route, HttpExchange request) throws Exception {
    return switch (route) {
      case "GET /" -> html(200, page.whole(shelf(), recent(), request.getRequestURI().getQuery()));
      case "GET /recent" -> html(200, recent());
      case "POST /order" -> order(request);
      case "GET /healthz" -> new Server.Answer(200, "text/plain", "ok\n".getBytes(), "");
      default -> html(404, page.notFound());
    };
  }

  private String shelf() {
    try {
      return page.shelf(Json.objects(catalogue.get("/products")));
    } catch (IOException | RuntimeException e) {
      System.out.println("web: the catalogue did not answer: " + e);
      return page.noShelf();
    }
  }

  private String recent() {
    try {
      return page.orders(Json.objects(orders.get("/orders")));
    } catch (IOException | RuntimeException e) {
      System.out.println("web: orders did not answer: " + e);
      return page.noOrders();
    }
  }

  private Server.Answer order(HttpExchange request) throws IOException {
    byte[] form = request.getRequestBody().readNBytes(4096);
    try {
      orders.post("/orders", new String(form, StandardCharsets.UTF_8));
      return new Server.Answer(303, "text/plain", new byte[0], "/?ordered");
    } catch (IOException e) {
      System.out.println("web: the order was not taken: " + e);
      return new Server.Answer(303, "text/plain", new byte[0], "/?not-ordered");
    }
  }

  private static Server.Answer html(int status, String html) {
    return new Server.Answer(status, "text/html", html.getBytes(StandardCharsets.UTF_8), "");
  }
}
