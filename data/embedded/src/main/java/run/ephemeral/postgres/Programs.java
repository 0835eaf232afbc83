package run.ephemeral.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PostgreSQL's programs in a server's folder, one folder for each version.
///
/// A newer version is unpacked beside the existing one and used from the server's next start: a
/// running server is never touched. Folders of other versions are removed once the server runs from
/// this version.
///
/// @param home the parent of these folders
/// @param version the bundled version, such as `18.4.0`
record Programs(Path home, String version) {
  private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
  private static final String NAMED = "programs-";
  private static final String SERVER = "bin/postgres";

  /// The programs of the bundled version.
  static Programs in(Path home) {
    return new Programs(home, brought());
  }

  private static String brought() {
    try (var resource = Programs.class.getResourceAsStream("version")) {
      if (resource == null) {
        throw new IllegalStateException("the version of PostgreSQL's programs is not in the jar");
      }
      return new String(resource.readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The major version: servers with the same one can read each other's data.
  String major() {
    return version.replaceFirst("\\..*", "");
  }

  Path folder() {
    return home.resolve(NAMED + version);
  }

  /// Unpacks the programs unless they are there.
  void unpack() throws IOException {
    if (!Files.isExecutable(folder().resolve(SERVER))) {
      Binaries.unpack(folder());
    }
  }

  /// Whether the program with this path is a server of any version here. A folder may be a link,
  /// and a program that was deleted while it runs still has its path.
  boolean isServer(String command) {
    return all().stream().anyMatch(folder -> command.startsWith(server(folder)))
        || command.matches("\\Q" + real(home) + "/" + NAMED + "\\E[^/]+/" + SERVER + ".*");
  }

  /// Whether the server with this path is of this version.
  boolean isOfThis(String command) {
    return command.startsWith(server(folder()));
  }

  private static String server(Path folder) {
    return real(folder.resolve(SERVER)).toString();
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath();
    }
  }

  /// Removes the programs of other versions. To be called only while the server runs from this one.
  void dropOthers() {
    for (var other : all()) {
      if (!other.equals(folder())) {
        LOG.info("PostgreSQL runs from {}; {} is removed", folder(), other);
        delete(other);
      }
    }
  }

  private List<Path> all() {
    var all = new ArrayList<Path>();
    try (var folders = Files.newDirectoryStream(home, NAMED + "*")) {
      folders.forEach(all::add);
    } catch (IOException e) {
      LOG.debug("{} cannot be listed: {}", home, e.toString());
    }
    return all;
  }

  /// Deletes a folder. What cannot be deleted is left to the next time; a link is not followed.
  static void delete(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} cannot be removed: {}", folder, e.toString());
    }
  }
}
