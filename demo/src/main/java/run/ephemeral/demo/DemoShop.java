package run.ephemeral.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.CodeSource;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.StoredConfig;
import org.jspecify.annotations.Nullable;

/// Makes the git repository of the sample shop: `main`, and a branch for each open pull
/// request.
///
/// It is a working copy for users, so `main` is checked out and the working tree is clean. The
/// files are resources under `shop/`: the whole tree of `main`, and for each branch only its
/// changes. `shop/index.txt` lists them, because the content of a jar cannot be listed reliably.
///
/// An existing repository is not updated, because it may contain changes of the user.
public final class DemoShop {

  private static final Instant FIRST_COMMIT = Instant.parse("2026-01-12T09:00:00Z");

  private static final List<Branch> PULL_REQUESTS =
      List.of(
          new Branch("warmer-look", "Warmer look for the front page"),
          new Branch("two-currencies", "Prices in two currencies"),
          new Branch("faster-orders", "Faster orders"));

  private static final List<String> DRIVER_COPIES =
      List.of("catalogue/lib/postgresql.jar", "orders/lib/postgresql.jar");

  private record Branch(String name, String title) {}

  private DemoShop() {}

  /// Creates the repository at `directory` atomically. Returns false, and changes nothing, if the
  /// path exists already.
  ///
  /// @throws UncheckedIOException on an I/O error
  public static boolean create(Path directory) {
    Path target = directory.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      return false;
    }
    try {
      Path draft = target.resolveSibling(".demo-shop-" + UUID.randomUUID());
      Files.createDirectories(draft);
      try {
        write(draft);
        return rename(draft, target);
      } finally {
        delete(draft);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GitAPIException e) {
      throw new UncheckedIOException(new IOException("cannot make the sample repository", e));
    }
  }

  private static void write(Path directory) throws IOException, GitAPIException {
    try (Git git = Git.init().setDirectory(directory.toFile()).setInitialBranch("main").call()) {
      ignoreSettingsOfTheUser(git);
      for (String copy : DRIVER_COPIES) {
        Path jar = directory.resolve(copy);
        Files.createDirectories(jar.getParent());
        Files.copy(driver(), jar);
      }
      copy("main", directory);
      commit(git, "A small shop: web, catalogue and orders", 0);
      for (int i = 0; i < PULL_REQUESTS.size(); i++) {
        Branch branch = PULL_REQUESTS.get(i);
        git.checkout().setCreateBranch(true).setName(branch.name).setStartPoint("main").call();
        copy(branch.name, directory);
        commit(git, branch.title, i + 1);
      }
      git.checkout().setName("main").call();
    }
  }

  /// Makes contents and commits independent of the user's git settings, also for later use.
  private static void ignoreSettingsOfTheUser(Git git) throws IOException {
    StoredConfig config = git.getRepository().getConfig();
    config.setString("core", null, "autocrlf", "false");
    config.setString("core", null, "eol", "lf");
    config.setString("core", null, "hooksPath", ".git/hooks");
    config.setBoolean("commit", null, "gpgSign", false);
    config.save();
  }

  private static void commit(Git git, String title, int hoursLater) throws GitAPIException {
    PersonIdent author =
        new PersonIdent(
            "Robin of Moss & Kettle",
            "robin@moss-and-kettle.example",
            FIRST_COMMIT.plusSeconds(hoursLater * 3600L),
            ZoneOffset.UTC);
    git.add().addFilepattern(".").call();
    git.commit()
        .setAuthor(author)
        .setCommitter(author)
        .setMessage(title + "\n")
        .setSign(false)
        .setNoVerify(true)
        .call();
  }

  private static void copy(String branch, Path directory) throws IOException {
    String prefix = branch + "/";
    for (String name : index()) {
      if (name.startsWith(prefix)) {
        // The resource is named without the dot, because build tools skip such files.
        String file = name.substring(prefix.length());
        Path target = directory.resolve(file.equals("gitignore") ? ".gitignore" : file);
        Files.createDirectories(target.getParent());
        try (InputStream content = resource(name)) {
          Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /// The PostgreSQL driver of this program: the sample includes it, so that it needs only a JDK.
  private static Path driver() throws IOException {
    CodeSource source = org.postgresql.Driver.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IOException("cannot tell where the PostgreSQL driver was loaded from");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("the PostgreSQL driver is no file: " + source.getLocation(), e);
    }
  }

  private static List<String> index() throws IOException {
    try (InputStream index = resource("index.txt")) {
      return new String(index.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream resource = DemoShop.class.getResourceAsStream("/shop/" + name);
    if (resource == null) {
      throw new IOException("the program was built without shop/" + name);
    }
    return resource;
  }

  /// Returns false if the target exists by now.
  private static boolean rename(Path draft, Path target) throws IOException {
    try {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException e) {
      if (Files.exists(target)) {
        return false;
      }
      throw e;
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.notExists(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
