import java.util.Map;

/** An order and its status: placed, packed or shipped. */
record Order(long id, String item, String status, long ageSeconds) {

  static Order of(Map<String, Object> json) {
    return new Order(
        (Long) json.get("id"),
        (String) json.get("item"),
        (String) json.get("status"),
        (Long) json.get("age_seconds"));
  }

  boolean isOnItsWay() {
    return !status.equals("shipped");
  }

  String age() {
    if (ageSeconds < 60) {
      return "just now";
    }
    if (ageSeconds < 3600) {
      return ageSeconds / 60 + " min ago";
    }
    if (ageSeconds < 86_400) {
      return ageSeconds / 3600 + " h ago";
    }
    long days = ageSeconds / 86_400;
    return days == 1 ? "yesterday" : days + " days ago";
  }
}
