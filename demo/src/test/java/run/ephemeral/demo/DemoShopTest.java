package run.ephemeral.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Most tests read one shared repository and do not change it.
final class DemoShopTest {

  private static final Map<String, String> TITLES =
      Map.of(
          "warmer-look", "Warmer look for the front page",
          "two-currencies", "Prices in two currencies",
          "faster-orders", "Faster orders");

  @TempDir static Path scratch;

  private static Path shop = Path.of("not made yet");

  @BeforeAll
  static void makeTheShop() {
    shop = scratch.resolve("projects/shop");
    assertThat(DemoShop.create(shop)).isTrue();
  }

  @Test
  void mainIsCheckedOutAndNothingIsLeftToCommit() throws Exception {
    try (Git git = Git.open(shop.toFile())) {
      assertThat(git.getRepository().getBranch()).isEqualTo("main");
      assertThat(git.status().call().isClean()).isTrue();
      assertThat(git.branchList().call())
          .extracting(Ref::getName)
          .containsExactlyInAnyOrder(
              "refs/heads/main",
              "refs/heads/warmer-look",
              "refs/heads/two-currencies",
              "refs/heads/faster-orders");
    }
    assertThat(shop.resolve(".gitignore")).content().startsWith("out/");
    assertThat(shop.resolve("orders/lib/postgresql.jar")).isRegularFile();
  }

  @Test
  void nothingElseIsLeftBesideIt() throws IOException {
    try (Stream<Path> beside = Files.list(scratch.resolve("projects"))) {
      assertThat(beside).containsExactly(shop);
    }
  }

  @Test
  void aPullRequestIsOneCommitOnTopOfMainWithItsTitle() throws Exception {
    try (Git git = Git.open(shop.toFile());
        RevWalk walk = new RevWalk(git.getRepository())) {
      ObjectId main = git.getRepository().resolve("main");
      for (Map.Entry<String, String> pull : TITLES.entrySet()) {
        RevCommit head = walk.parseCommit(git.getRepository().resolve(pull.getKey()));
        assertThat(head.getShortMessage()).isEqualTo(pull.getValue());
        assertThat(head.getParents()).extracting(RevCommit::getId).containsExactly(main);
        assertThat(head.getAuthorIdent().getName()).isEqualTo("Robin of Moss & Kettle");
      }
    }
  }

  @Test
  void aPullRequestTouchesOnlyTheServicesItIsAbout() throws Exception {
    assertThat(foldersChangedBy("warmer-look")).containsOnly("web");
    assertThat(foldersChangedBy("two-currencies")).containsOnly("web", "catalogue");
    assertThat(foldersChangedBy("faster-orders")).containsOnly("orders");
  }

  @Test
  void everyServiceOfEveryBranchCompiles() throws Exception {
    Path mine = scratch.resolve("compiled");
    DemoShop.create(mine);
    for (String branch : List.of("main", "warmer-look", "two-currencies", "faster-orders")) {
      try (Git git = Git.open(mine.toFile())) {
        git.checkout().setName(branch).call();
      }
      for (String service : List.of("web", "catalogue", "orders")) {
        assertThat(compilerSays(mine.resolve(service))).as(branch + " " + service).isEmpty();
      }
    }
  }

  @Test
  void aShopThatExistsIsLeftAlone() throws IOException {
    Path mine = Files.createDirectories(scratch.resolve("mine"));
    Files.writeString(mine.resolve("note.txt"), "mine");
    assertThat(DemoShop.create(mine)).isFalse();
    assertThat(DemoShop.create(shop)).isFalse();
    try (Stream<Path> files = Files.list(mine)) {
      assertThat(files).containsExactly(mine.resolve("note.txt"));
    }
  }

  @Test
  void signingAndIgnoringOfTheUserDoNotMatter() throws Exception {
    Path ignored = Files.writeString(scratch.resolve("ignored"), "lib/\n*.jar\n*.sql\n");
    Path settings =
        Files.writeString(
            scratch.resolve("gitconfig"),
            """
            [user]
              name = Somebody Else
            [commit]
              gpgSign = true
            [core]
              autocrlf = true
              excludesFile = %s
            """
                .formatted(ignored));
    SystemReader before = SystemReader.getInstance();
    SystemReader.setInstance(
        new SystemReader.Delegate(before) {
          @Override
          public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
            return new FileBasedConfig(parent, settings.toFile(), fs);
          }
        });
    try {
      Path picky = scratch.resolve("picky");
      DemoShop.create(picky);
      assertThat(heads(picky)).isEqualTo(heads(shop));
    } finally {
      SystemReader.setInstance(before);
    }
  }

  @Test
  void twoShopsAreTheSameToTheLastByte() throws Exception {
    Path again = scratch.resolve("again");
    DemoShop.create(again);
    assertThat(heads(again)).isEqualTo(heads(shop));
  }

  @Test
  void theIndexNamesEveryResource() throws IOException {
    Path resources = Path.of("src/main/resources/shop");
    try (Stream<Path> files = Files.walk(resources)) {
      List<String> found =
          files
              .filter(Files::isRegularFile)
              .map(file -> resources.relativize(file).toString().replace('\\', '/'))
              .filter(name -> !name.equals("index.txt"))
              .sorted()
              .toList();
      assertThat(Files.readAllLines(resources.resolve("index.txt"))).isEqualTo(found);
    }
  }

  private static List<ObjectId> heads(Path repository) throws Exception {
    try (Git git = Git.open(repository.toFile())) {
      return git.branchList().call().stream().map(Ref::getObjectId).toList();
    }
  }

  private static List<String> foldersChangedBy(String branch) throws Exception {
    try (Git git = Git.open(shop.toFile());
        ObjectReader reader = git.getRepository().newObjectReader()) {
      CanonicalTreeParser before = new CanonicalTreeParser();
      before.reset(reader, git.getRepository().resolve("main^{tree}"));
      CanonicalTreeParser after = new CanonicalTreeParser();
      after.reset(reader, git.getRepository().resolve(branch + "^{tree}"));
      List<String> folders = new ArrayList<>();
      for (DiffEntry change : git.diff().setOldTree(before).setNewTree(after).call()) {
        String path = change.getNewPath();
        folders.add(path.substring(0, path.indexOf('/')));
      }
      return folders;
    }
  }

  /// The output of `javac` for the sources of one service; empty if they compile.
  private static String compilerSays(Path service) throws IOException {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    List<Path> sources;
    try (Stream<Path> files = Files.list(service)) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(sources).isNotEmpty();
    StringWriter said = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-Xlint:all",
            "-d",
            Files.createTempDirectory(scratch, "classes").toString(),
            "-cp",
            service.resolve("lib/postgresql.jar").toString());
    try (StandardJavaFileManager files =
        javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      javac
          .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
          .call();
    }
    return said.toString();
  }
}
