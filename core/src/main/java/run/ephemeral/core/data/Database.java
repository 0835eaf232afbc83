package run.ephemeral.core.data;

/// How to reach a database.
///
/// @param url as libpq and most drivers read it
/// @param jdbcUrl as Java reads it, with user and password
public record Database(
    String url, String jdbcUrl, String host, int port, String name, String user, String password) {}
