package run.ephemeral.core.data;

/// Address and credentials of a database.
///
/// @param url in the format of libpq and most drivers
/// @param jdbcUrl for JDBC, with user and password
public record Database(
    String url, String jdbcUrl, String host, int port, String name, String user, String password) {}
