package run.ephemeral.engine.process;

/// The PostgreSQL server that databases are made on, and who may make them.
public record DatabaseServer(String host, int port, String user, String password) {
  String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
