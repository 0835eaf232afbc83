package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.postgres.PostgresServer;
import run.ephemeral.testkit.Eventually;
import run.ephemeral.testkit.Git;
import run.ephemeral.testkit.Plane;

/// A home from before documents had versions is still usable: every environment keeps its data,
/// its address and its number.
///
/// `homes/README.md` says how it was recorded.
class UpgradeTest {
  private static final String VERSION = "3f0ecb7";

  @TempDir private Path folder;

  private static InputStream resource(String name) {
    return Objects.requireNonNull(UpgradeTest.class.getResourceAsStream("/homes/" + name));
  }

  private static void unpack(Path home) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZCompressorInputStream(resource(VERSION + ".tar.xz")))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var file = home.resolve(entry.getName()).normalize();
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, file);
        }
        if (!entry.isSymbolicLink()) {
          Files.setPosixFilePermissions(file, permissions(entry));
        }
      }
    }
  }

  /// The permissions of a tar entry; PostgreSQL only starts if they are restored.
  private static Set<PosixFilePermission> permissions(TarArchiveEntry entry) {
    var text = new StringBuilder();
    for (int bit = 8; bit >= 0; bit--) {
      text.append((entry.getMode() >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
    }
    return PosixFilePermissions.fromString(text.toString());
  }

  /// Changes the path of the followed repository.
  private static void follow(Path home, Path repository) throws Exception {
    try (var server = new PostgresServer(home.resolve("postgres"))) {
      var address = server.start();
      try (var connection =
              DriverManager.getConnection(
                  address.jdbcUrl("postgres"), address.user(), address.password());
          var update = connection.prepareStatement("UPDATE app SET source = ?")) {
        update.setString(1, repository.toString());
        assertThat(update.executeUpdate()).isEqualTo(1);
      }
      server.stop();
    }
  }

  private static List<String> items(Plane plane, String environment) throws Exception {
    var database = plane.get("/environments/" + environment + "/databases").get(0);
    try (var connection = DriverManager.getConnection(database.get("jdbcUrl").asText());
        var query = connection.createStatement();
        var rows = query.executeQuery("SELECT string_agg(name, ',' ORDER BY name) FROM item")) {
      rows.next();
      return List.of(rows.getString(1).split(",", -1));
    }
  }

  @Test
  void everyEnvironmentIsThereWithItsDataItsAddressAndItsNumber() throws Exception {
    var home = Files.createDirectories(folder.resolve("home")).toRealPath();
    unpack(home);
    Files.delete(home.resolve("ports"));
    var bundle = folder.resolve("bundle");
    Files.copy(resource(VERSION + ".bundle"), bundle);
    var repository = folder.resolve("shop");
    new Git(folder).run("clone", "-q", "--mirror", bundle.toString(), repository.toString());
    follow(home, repository);
    try (var plane = new Plane(home)) {
      plane.start();
      plane.awaitPhase("pr-shop-1", "ready");
      plane.awaitPhase("pr-shop-3", "ready");
      assertThat(StreamSupport.stream(plane.get("/environments").spliterator(), false))
          .extracting(
              it -> it.get("name").asText(),
              it -> it.get("phase").asText(),
              it -> it.get("pinned").asBoolean(),
              it -> it.get("pullRequest").get("number").asInt(),
              it -> it.get("pullRequest").get("branch").asText(),
              it -> it.get("commit").asText().substring(0, 8))
          .containsExactlyInAnyOrder(
              tuple("pr-shop-1", "ready", false, 1, "one", "74d2c085"),
              tuple("pr-shop-2", "asleep", false, 2, "three", "6966f2ab"),
              tuple("pr-shop-3", "ready", true, 3, "two", "b9fdc6f9"));
      assertThat(items(plane, "pr-shop-1")).containsExactly("ink", "pen");
      assertThat(items(plane, "pr-shop-2")).containsExactly("pen");
      assertThat(plane.page("pr-shop-1").body()).contains("page");
      assertThat(plane.page("pr-shop-2").statusCode()).isEqualTo(200);
      plane.awaitPhase("pr-shop-2", "ready");
      assertThat(plane.events("pr-shop-1"))
          .containsOnlyOnce("seeded a golden database and copied it");
      Eventually.eventually(
          "it is followed on", () -> plane.get("/apps").get(0).get("problem").isNull());
      assertThat(plane.get("/doctor").toString())
          .contains("everything that should be there is, and nothing else");
    }
  }
}
