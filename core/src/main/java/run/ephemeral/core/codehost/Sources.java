package run.ephemeral.core.codehost;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.release.Mirror;

/// Port: the content of commits. Everything is addressed by hash, so an answer never changes.
public interface Sources {
  /// A file's text.
  ///
  /// @return empty when the commit has no such file
  /// @throws run.ephemeral.core.FaultException USER when the file is larger than `most` bytes, is
  ///     not UTF-8 text, or the path is a symbolic link or a submodule
  Optional<String> read(Mirror repository, String commit, String path, int most);

  /// The hash of a folder or file; `.` is the whole commit but for its `ephemeral.yaml`.
  ///
  /// @return empty when the commit has no such path
  /// @throws run.ephemeral.core.FaultException USER when the path is a symbolic link or a
  ///     submodule, whose content is elsewhere
  Optional<String> hash(Mirror repository, String commit, String path);

  /// Like [#hash], but the path must be a folder.
  ///
  /// @throws run.ephemeral.core.FaultException USER also when the path is a file
  Optional<String> folder(Mirror repository, String commit, String path);

  /// The paths of the files that a commit changes, since it left another line of commits.
  ///
  /// @param base a commit of that line
  /// @return empty when there are more than `most`, or that cannot be known: a commit is missing,
  /// or
  ///     they have no commit in common
  Set<String> changed(Mirror repository, String base, String commit, int most);

  /// Writes a folder's content, or a single file under its name, into an existing empty folder.
  ///
  /// Symbolic links that lead out of the folder are refused; submodules become empty folders.
  ///
  /// @param name the file's name when `hash` is a file; unused for a folder
  void checkOut(Mirror repository, String hash, String name, Path into);

  /// Stores a working tree in its current state, with uncommitted changes and without ignored
  /// files.
  Snapshot snapshot(Mirror repository, Path workingTree);

  /// Deletes everything stored in a mirror. Safe when nothing is stored.
  void forget(Mirror repository);

  /// @param commit the same for the same content on the same head
  /// @param branch the checked-out branch; empty when none is
  /// @param title the subject of the last commit; empty when no commit exists
  record Snapshot(String commit, String branch, String title, String author) {}
}
