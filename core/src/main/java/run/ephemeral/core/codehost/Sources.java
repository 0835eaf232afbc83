package run.ephemeral.core.codehost;

import java.nio.file.Path;
import java.util.Optional;
import run.ephemeral.core.release.Mirror;

/// Port: the content of commits. Everything is named by hash, so every answer is for ever the
/// same.
public interface Sources {
  /// A file's text.
  ///
  /// @return empty when the commit has no such file
  /// @throws run.ephemeral.core.FaultException USER when it is larger than `most` bytes, no
  ///     text in UTF-8, a symbolic link or a submodule
  Optional<String> read(Mirror repository, String commit, String path, int most);

  /// The hash of a folder or file; `.` is the whole commit but for its `ephemeral.yaml`.
  ///
  /// @return empty when the commit has no such path
  /// @throws run.ephemeral.core.FaultException USER when it is a symbolic link or a submodule:
  ///     what those stand for is elsewhere
  Optional<String> hash(Mirror repository, String commit, String path);

  /// As [#hash], of what must be a folder.
  ///
  /// @throws run.ephemeral.core.FaultException USER also when it is a file
  Optional<String> folder(Mirror repository, String commit, String path);

  /// Writes a folder's content, or a single file under its name, into an existing empty folder.
  ///
  /// Symbolic links that lead out of it are refused; submodules are left as empty folders.
  ///
  /// @param name what to call the file when `hash` is one; unused for a folder
  void checkOut(Mirror repository, String hash, String name, Path into);

  /// Takes in a working tree as it is now, uncommitted changes included and ignored files left
  /// out.
  Snapshot snapshot(Mirror repository, Path workingTree);

  /// @param commit the same for the same content on the same head
  /// @param branch what is checked out; empty when nothing is
  /// @param title the subject of the last commit; empty when there is none
  record Snapshot(String commit, String branch, String title, String author) {}
}
