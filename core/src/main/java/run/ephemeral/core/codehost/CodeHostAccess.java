package run.ephemeral.core.codehost;

import java.util.Optional;

/// Port: connects to code hosts of one kind.
public interface CodeHostAccess {
  /// Asks a host whose token this is, and whether it may do what is needed.
  ///
  /// @throws run.ephemeral.core.FaultException USER when the token is refused or may not do what is
  ///     needed, EXTERNAL when the host does not answer
  Check check(String url, String token);

  /// Connects to a host, without asking it anything.
  ///
  /// @param hook how it tells of changes; empty when it is only asked
  CodeHost open(String name, String url, String token, Optional<Hook> hook);

  /// @param url to which deliveries are sent
  /// @param secret with which they are signed
  record Hook(String url, String secret) {
    @Override
    public String toString() {
      return "Hook[%s]".formatted(url);
    }
  }

  /// @param user whose token it is
  /// @param version of the host
  record Check(String user, String version) {}
}
