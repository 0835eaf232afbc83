package run.ephemeral.wire;

/// Address and credentials of a database of an environment.
public record DatabaseView(
    String component,
    String url,
    String jdbcUrl,
    String host,
    int port,
    String name,
    String user,
    String password) {}
