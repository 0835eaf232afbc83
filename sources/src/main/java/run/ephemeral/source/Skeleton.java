package run.ephemeral.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a mirror around its objects: created, checked, cleaned up, recreated.
///
/// Everything in a mirror can be fetched again, except what code hosts keep in its configuration,
/// in sections that begin with [#KEPT]. So a damaged mirror is emptied, and what can be read of
/// these sections is kept.
record Skeleton(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(Skeleton.class);
  private static final String KEPT = "ephemeral";
  private static final List<String> FOLDERS = List.of("objects", "refs");
  private static final Pattern IN_OBJECTS =
      Pattern.compile(
          "objects/(incoming_|insert_|noz)[^/]*"
              + "|objects/pack/(gc_[^/]*_tmp|\\.tmp-[^/]*|[^/]*\\.keep)"
              + "|objects/info/commit_[^/]*_tmp");
  private static final Pattern AT_THE_TOP = Pattern.compile("gc\\.pid|[^/]*\\.lock");
  private static final Pattern PROBE = Pattern.compile("([^/]+/)*\\.probe-[^/]*");
  private static final Pattern LOCK_OF_A_REF = Pattern.compile("refs/.*\\.lock");

  /// Whether all files that a repository needs are there. HEAD is written last.
  boolean isWhole() throws IOException {
    return FOLDERS.stream().allMatch(name -> Files.isDirectory(folder.resolve(name)))
        && Files.isRegularFile(head())
        && read(head()).matches("(?s)(ref: refs/\\S+|[0-9a-f]{40})\\s*")
        && Files.isRegularFile(config())
        && isConfig(read(config()));
  }

  private static boolean isConfig(String text) {
    try {
      new Config().fromText(text);
      return true;
    } catch (ConfigInvalidException | IllegalArgumentException e) {
      return false;
    }
  }

  /// Creates the files, or recreates them with the sections that are kept. The configuration is
  /// complete at every moment, and an interrupted run is repeated, since HEAD is missing.
  void make() throws IOException {
    Files.createDirectories(folder);
    delete(head());
    writeConfig();
    try (var all = Files.newDirectoryStream(folder)) {
      for (var each : all) {
        if (!each.equals(config())) {
          delete(each);
        }
      }
    }
    for (var name : List.of("objects/info", "objects/pack", "refs/heads")) {
      Files.createDirectories(folder.resolve(name));
    }
    Files.writeString(head(), "ref: refs/heads/main\n");
  }

  private void writeConfig() throws IOException {
    var known = Files.isRegularFile(config()) ? read(config()) : "";
    var config = readable(known);
    config.setInt("core", null, "repositoryformatversion", 0);
    config.setBoolean("core", null, "bare", true);
    // A background gc would interfere with the deletion of the mirror.
    config.setBoolean("gc", null, "autoDetach", false);
    var half = Files.writeString(folder.resolve("config.half"), config.toText());
    if (Files.isDirectory(config())) {
      delete(config());
    }
    Files.move(half, config(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// The kept sections of a configuration that may be damaged: those that cannot be parsed are left
  /// out.
  private static Config readable(String text) {
    var kept = new Config();
    for (var part : text.split("(?m)^(?=\\s*\\[)", -1)) {
      try {
        var parsed = new Config();
        parsed.fromText(part);
        for (var section : parsed.getSections()) {
          if (section.startsWith(KEPT)) {
            copy(parsed, section, kept);
          }
        }
      } catch (ConfigInvalidException | IllegalArgumentException e) {
        LOG.warn("a section of a damaged configuration cannot be read: {}", e.toString());
      }
    }
    return kept;
  }

  private static void copy(Config from, String section, Config into) {
    for (var name : from.getNames(section)) {
      into.setString(section, null, name, from.getString(section, null, name));
    }
    for (var subsection : from.getSubsections(section)) {
      for (var name : from.getNames(section, subsection)) {
        into.setString(section, subsection, name, from.getString(section, subsection, name));
      }
    }
  }

  /// Removes locks and incomplete objects. Nothing else writes here, so those that exist when a
  /// mirror is opened are from a control plane that was killed. They are searched where JGit
  /// creates them. Below `refs`, earlier versions used names of branches, which are untrusted:
  /// there only files that end with `.lock` are removed, as no valid name of a ref does.
  void tidy() throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (isLeft(folder.relativize(file).toString())) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isLeft(String name) {
    return AT_THE_TOP.matcher(name).matches()
        || IN_OBJECTS.matcher(name).matches()
        || LOCK_OF_A_REF.matcher(name).matches()
        || PROBE.matcher(name).matches();
  }

  /// Whether a failed read means that the mirror is damaged. It does not if a file could not be
  /// opened, such as for lack of file descriptors, or the thread was interrupted.
  static boolean isDamage(Exception failure) {
    return !(failure instanceof FileSystemException
        || failure instanceof FileNotFoundException
        || failure instanceof InterruptedIOException
        || failure instanceof ClosedByInterruptException
        || Thread.currentThread().isInterrupted());
  }

  static void delete(Path path) throws IOException {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // already deleted
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8);
  }

  private Path head() {
    return folder.resolve(Constants.HEAD);
  }

  private Path config() {
    return folder.resolve(Constants.CONFIG);
  }
}
