import java.util.Map;

/** A product. `art` is its picture, as SVG. */
record Product(long id, String name, String blurb, String badge, long cents, String art) {

  static Product of(Map<String, Object> json) {
    return new Product(
        (Long) json.get("id"),
        (String) json.get("name"),
        (String) json.get("blurb"),
        (String) json.get("badge"),
        (Long) json.get("cents"),
        (String) json.get("art"));
  }

  String price() {
    return "$" + amount(cents);
  }

  private static String amount(long cents) {
    long rest = cents % 100;
    return cents / 100 + (rest < 10 ? ".0" : ".") + rest;
  }
}
