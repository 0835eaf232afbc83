/** Settings from environment variables, read and checked once at the start. */
record Settings(int port, String databaseUrl, int pauseMillis) {

  static Settings read() {
    return new Settings(
        number("port", System.getenv("ORDERS_PORT")),
        System.getenv("DATABASE_URL"),
        number("pause", System.getenv().getOrDefault("ORDERS_PAUSE_MILLIS", "250")));
  }

  private static int number(String what, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      System.err.println("orders: " + what + " must be a number, got '" + value + "'");
      System.exit(1);
      throw e;
    }
  }
}
