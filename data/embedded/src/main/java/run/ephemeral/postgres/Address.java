package run.ephemeral.postgres;

/// The address of a server, with its superuser.
public record Address(String host, int port, String user, String password) {
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  @Override
  public String toString() {
    return "PostgreSQL at " + host + ":" + port;
  }
}
