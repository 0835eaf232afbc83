package run.ephemeral.cli;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Why something could not be read, written or reached, for people.
///
/// Many I/O exceptions of the JDK have as their message a file name, a host name or nothing: their
/// class is the reason. Their `toString()` would show that class name to the user.
public final class Why {
  private Why() {}

  public static String of(IOException problem) {
    return switch (problem) {
      case NoSuchFileException it -> it.getFile() + " is not there";
      case AccessDeniedException it -> it.getFile() + " may not be opened or changed by this user";
      case FileAlreadyExistsException it -> it.getFile() + " is there already";
      case NotDirectoryException it -> it.getFile() + " is not a folder";
      case FileSystemException it -> said(it, it.getFile() + " cannot be used");
      case UnknownHostException _ -> "no such host is known";
      case ConnectException it -> said(it, "Connection refused");
      case EOFException it -> said(it, "the connection ended too early");
      default -> said(problem, "the connection broke");
    };
  }

  private static String said(IOException problem, String otherwise) {
    var message = problem.getMessage();
    return message == null || message.isBlank() ? otherwise : message;
  }
}
