import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Builds the HTML from the templates in this folder. */
final class Page {

  private final Template page = Template.read("page.html");
  private final Template product = Template.read("product.html");
  private final Template order = Template.read("order.html");
  private final Template notice = Template.read("notice.html");
  private final String style = style();

  Page() throws IOException {}

  String whole(String shelf, String orders, String query) {
    return page.fill(
        "title", setting("TITLE", "Moss & Kettle"),
        "style", style,
        "message", message(query),
        "orders", orders,
        "shelf", shelf,
        "environment", setting("ENVIRONMENT", "local"),
        "branch", setting("BRANCH", "working tree"));
  }

  String shelf(List<Map<String, Object>> products) {
    StringBuilder html = new StringBuilder();
    for (Map<String, Object> json : products) {
      Product p = Product.of(json);
      html.append(
          product.fill(
              "id", Long.toString(p.id()),
              "name", p.name(),
              "blurb", p.blurb(),
              "badge", p.badge(),
              "price", p.price(),
              "picture", picture(p.art())));
    }
    return html.toString();
  }

  String orders(List<Map<String, Object>> orders) {
    StringBuilder html = new StringBuilder();
    for (Map<String, Object> json : orders) {
      Order o = Order.of(json);
      html.append(
          order.fill(
              "id", Long.toString(o.id()),
              "item", o.item(),
              "status", o.status(),
              "age", o.age(),
              "moving", Boolean.toString(o.isOnItsWay())));
    }
    return html.toString();
  }

  String noShelf() {
    return notice.fill(
        "title", "The shelf is being dusted",
        "text", "Our catalogue is not answering right now. Please look in again in a moment.");
  }

  String noOrders() {
    return notice.fill(
        "title", "The order desk is closed for a moment",
        "text", "You can look around meanwhile. Nothing that was ordered before is lost.");
  }

  String notFound() {
    return whole(
        notice.fill("title", "Nothing on this shelf", "text", "There is no such page."), "", "");
  }

  private static String message(String query) {
    return switch (query == null ? "" : query) {
      case "ordered" -> "Thank you! We are packing it already.";
      case "not-ordered" -> "Sorry, we could not take that order. Please try again in a moment.";
      default -> "";
    };
  }

  /** As the source of an image, an SVG cannot run scripts. */
  private static String picture(String svg) {
    byte[] bytes = svg.getBytes(StandardCharsets.UTF_8);
    return "data:image/svg+xml;base64," + Base64.getEncoder().encodeToString(bytes);
  }

  private static String style() throws IOException {
    String[] files = new File("style").list();
    if (files == null) {
      throw new IOException("there is no folder `style`");
    }
    Arrays.sort(files);
    StringBuilder css = new StringBuilder();
    for (String file : files) {
      css.append(Files.readString(Path.of("style", file)));
    }
    return css.toString();
  }

  private static String setting(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
