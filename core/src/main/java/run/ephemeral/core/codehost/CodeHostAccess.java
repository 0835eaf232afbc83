package run.ephemeral.core.codehost;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import run.ephemeral.core.Digest;
import run.ephemeral.core.Hmac;

/// Port: connects to code hosts of one kind.
public interface CodeHostAccess {
  /// Asks a host whose credential this is, and whether it may do what is needed.
  ///
  /// @param credential such as a token
  /// @throws run.ephemeral.core.FaultException USER when it is refused or may not do what is
  ///     needed, EXTERNAL when the host does not answer
  Check check(String url, String credential);

  /// Connects to a host, without asking it anything.
  ///
  /// @param hook how it tells of changes; empty when it is only asked
  CodeHost open(String name, String url, String credential, Optional<Hook> hook);

  /// @param url to which deliveries are sent
  /// @param secret with which they are signed
  record Hook(String url, String secret) {
    /// Of one repository. Its administrators can read the secret, and cannot sign for another one.
    /// The URL changes with the secret, which no host shows.
    ///
    /// @param path of the repository
    public Hook of(String path) {
      var own = Hmac.of(secret, path.getBytes(UTF_8));
      return new Hook(
          "%s?repository=%s&key=%s"
              .formatted(url, path.replace("/", "%2F"), Digest.of(own).brief()),
          own);
    }

    @Override
    public String toString() {
      return "Hook[%s]".formatted(url);
    }
  }

  /// @param user whose credential it is
  /// @param version of the host
  /// @param notes what people should know, in sentences
  record Check(String user, String version, List<String> notes) {
    public Check {
      notes = List.copyOf(notes);
    }
  }
}
