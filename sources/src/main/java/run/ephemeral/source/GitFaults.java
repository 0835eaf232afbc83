package run.ephemeral.source;

import java.io.IOException;
import java.net.URISyntaxException;
import org.eclipse.jgit.api.errors.InvalidRemoteException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;

/// Faults for exceptions of git, without the passwords that an app's source may contain: messages
/// of libraries quote it, and causes are logged.
final class GitFaults {
  private GitFaults() {}

  /// The mirror could not be written.
  static FaultException unkept(App app, Exception e) {
    return external(app, "%s cannot be kept: %s".formatted(app.shownSource(), e.getMessage()), e);
  }

  /// A fault of the user if the source is wrong, else an external one.
  static FaultException unread(App app, Exception e) {
    var source = app.shownSource();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof NoRemoteRepositoryException
          || cause instanceof InvalidRemoteException
          || cause instanceof NotSupportedException
          || cause instanceof URISyntaxException) {
        var why = quoted(app, e);
        var message = "%s is no git repository that can be read".formatted(source);
        return new FaultException(new Fault(Fault.Kind.USER, message, why.toString()), why);
      }
    }
    var isLocal = Remote.of(app.source()).folder().isPresent();
    var hint = isLocal ? "; `git fsck` in that folder says what is broken there" : "";
    return external(app, "git cannot read %s: %s%s".formatted(source, reason(e), hint), e);
  }

  private static FaultException external(App app, String message, Exception e) {
    var why = quoted(app, e);
    return new FaultException(Fault.external(app.shown(message), why), why);
  }

  private static Exception quoted(App app, Throwable e) {
    var cause = e.getCause() == null ? null : quoted(app, e.getCause());
    var quoted = new IOException(app.shown(e.toString()), cause);
    quoted.setStackTrace(e.getStackTrace());
    return quoted;
  }

  private static String reason(Throwable e) {
    return e.getCause() != null && e.getCause().getMessage() != null
        ? e.getCause().getMessage()
        : String.valueOf(e.getMessage());
  }
}
