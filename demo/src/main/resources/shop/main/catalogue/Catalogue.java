import com.sun.net.httpserver.HttpExchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;

/** The products on our shelf, as JSON: `GET /products`. */
public final class Catalogue implements Server.Routes {

  private static final String PRODUCTS =
      "select id, name, blurb, art, badge, price_cents from products order by shelf";

  private final Database database;
  private volatile boolean migrated;

  private Catalogue(Database database) {
    this.database = database;
  }

  public static void main(String[] args) throws Exception {
    Catalogue catalogue = new Catalogue(new Database(System.getenv("DATABASE_URL")));
    new Thread(catalogue::migrate, "migrations").start(); // while the server starts
    Server.start("catalogue", catalogue);
  }

  @Override
  public Server.Answer answer(String route, HttpExchange request) throws Exception {
    return switch (route) {
      case "GET /products" -> json(200, database.transaction(Catalogue::products));
      case "GET /healthz" -> health();
      default -> json(404, "{\"error\": \"there is no such page\"}");
    };
  }

  private Server.Answer health() throws Exception {
    if (!migrated) {
      return json(503, "{\"status\": \"waiting for the database\"}");
    }
    database.check();
    return json(200, "{\"status\": \"ok\"}");
  }

  private void migrate() {
    try {
      database.await();
      database.transaction(Migrations::apply);
      migrated = true;
    } catch (Exception e) {
      System.err.println("catalogue: the migrations failed: " + e.getMessage());
      System.exit(1);
    }
  }

  private static String products(Connection connection) throws Exception {
    StringBuilder json = new StringBuilder("[");
    try (Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery(PRODUCTS)) {
      while (row.next()) {
        json.append(json.length() > 1 ? ",\n" : "");
        json.append("{\"id\": ").append(row.getLong("id"));
        json.append(", \"name\": ").append(text(row.getString("name")));
        json.append(", \"blurb\": ").append(text(row.getString("blurb")));
        json.append(", \"badge\": ").append(text(row.getString("badge")));
        json.append(", \"cents\": ").append(row.getInt("price_cents"));
        json.append(", \"art\": ").append(text(art(row)));
        json.append("}");
      }
    }
    return json.append("]\n").toString();
  }

  private static String art(ResultSet row) throws Exception {
    return Files.readString(Path.of("art", row.getString("art") + ".svg"));
  }

  private static Server.Answer json(int status, String body) {
    return new Server.Answer(status, "application/json", body.getBytes());
  }

  private static String text(String raw) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        default -> json.append(c < ' ' ? ' ' : c);
      }
    }
    return json.append('"').toString();
  }
}
