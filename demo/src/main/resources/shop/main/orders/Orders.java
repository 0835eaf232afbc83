import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes orders (`POST /orders`, a form or JSON) and returns their status (`GET /orders`). */
public final class Orders implements Server.Routes {

  private static final String RECENT =
      """
      select coalesce(json_agg(o), '[]') from (
        select id, item, status, extract(epoch from now() - placed_at)::bigint as age_seconds
        from orders order by id desc limit 6
      ) o
      """;

  private static final String PLACE =
      """
      insert into orders (product_id, item) select id, name from products where id = ?
      returning json_build_object('id', id, 'item', item, 'status', status, 'age_seconds', 0)
      """;

  private final Database database;

  private Orders(Database database) {
    this.database = database;
  }

  public static void main(String[] args) throws Exception {
    Database database = new Database(System.getenv("DATABASE_URL"));
    Thread.ofVirtual().name("worker").start(new Worker(database));
    Server.start("orders", new Orders(database));
  }

  @Override
  public Server.Answer answer(String route, HttpExchange request) throws Exception {
    return switch (route) {
      case "GET /orders" -> json(200, database.transaction(Orders::recent));
      case "POST /orders" -> place(request);
      case "GET /healthz" -> health();
      default -> json(404, "{\"error\": \"there is no such page\"}");
    };
  }

  private Server.Answer health() throws Exception {
    database.check();
    return json(200, "{\"status\": \"ok\"}");
  }

  private Server.Answer place(HttpExchange request) throws Exception {
    byte[] body = request.getRequestBody().readNBytes(4096);
    long product = product(new String(body, StandardCharsets.UTF_8));
    String order = database.transaction(open -> place(open, product));
    return order.isEmpty()
        ? json(404, "{\"error\": \"there is no such product\"}")
        : json(201, order);
  }

  private static String place(Connection connection, long product) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(PLACE)) {
      sql.setLong(1, product);
      try (ResultSet row = sql.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    }
  }

  private static String recent(Connection connection) throws SQLException {
    try (PreparedStatement sql = connection.prepareStatement(RECENT);
        ResultSet row = sql.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  /** The number in `product=3` or `{"product": 3}`; -1, which is no product, if there is none. */
  private static long product(String body) {
    String text = URLDecoder.decode(body, StandardCharsets.UTF_8);
    Matcher number = Pattern.compile("\\bproduct\"?\\s*[=:]\\s*\"?(\\d{1,18})\\b").matcher(text);
    return number.find() ? Long.parseLong(number.group(1)) : -1;
  }

  private static Server.Answer json(int status, String body) {
    return new Server.Answer(status, "application/json", body.getBytes());
  }
}
