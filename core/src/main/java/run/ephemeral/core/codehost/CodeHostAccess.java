package run.ephemeral.core.codehost;

/// Port: connects to code hosts of one kind.
public interface CodeHostAccess {
  /// Asks a host whose token this is, and whether it may do what is needed.
  ///
  /// @throws run.ephemeral.core.FaultException USER when the token is refused or may not do what is
  ///     needed, EXTERNAL when the host does not answer
  Check check(String url, String token);

  /// Connects to a host, without asking it anything.
  CodeHost open(String name, String url, String token);

  /// @param user whose token it is
  /// @param version of the host
  record Check(String user, String version) {}
}
