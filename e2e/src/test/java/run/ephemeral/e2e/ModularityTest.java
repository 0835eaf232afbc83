package run.ephemeral.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The architecture's rules that the compiler does not check.
class ModularityTest {
  private static final List<String> ADAPTERS =
      List.of(
          "specfile",
          "postgres",
          "store",
          "engine.process",
          "engine.kubernetes",
          "artifact.registry",
          "data.postgres",
          "codehost.git",
          "codehost.gitea",
          "codehost.github",
          "gateway",
          "demo");

  /// The packages of the process engine; the last is its root package.
  private static final List<String> PROCESS =
      List.of(".file", ".log", ".command", ".build", ".instance", "");

  /// The packages of core; the first is its root package.
  private static final List<String> CORE =
      List.of(
          "",
          ".spec",
          ".name",
          ".release",
          ".pullrequest",
          ".report",
          ".step",
          ".artifact",
          ".policy",
          ".command",
          ".app",
          ".codehost",
          ".data",
          ".engine",
          ".environment",
          ".gateway",
          ".plan",
          ".audit",
          ".cluster");
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("run.ephemeral");

  @Test
  void coreIsPureAndKnowsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage("run.ephemeral.core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("run.ephemeral.core..", "java..", "javax.crypto..", "org.jspecify..")
        .check(ALL);
    noClasses()
        .that()
        .resideInAPackage("run.ephemeral.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.sql..", "java.nio.channels..", "java.lang.ref..")
        .check(ALL);
  }

  @Test
  void thePackagesOfCoreKnowOnlyThoseBeforeThem() {
    checkOrder("run.ephemeral.core", CORE);
  }

  @Test
  void thePackagesOfTheProcessEngineKnowOnlyThoseBeforeThem() {
    checkOrder("run.ephemeral.engine.process", PROCESS);
  }

  @Test
  void thePackagesOfTheKubernetesEngineKnowOnlyThoseBeforeThem() {
    checkOrder("run.ephemeral.engine.kubernetes", List.of(".client", ".object", ""));
  }

  private static void checkOrder(String root, List<String> order) {
    var packages = order.stream().map(name -> root + name).toList();
    assertThat(packages)
        .containsAll(
            ALL.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.equals(root) || name.startsWith(root + "."))
                .toList());
    for (int i = 0; i < packages.size() - 1; i++) {
      noClasses()
          .that()
          .resideInAPackage(packages.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(packages.subList(i + 1, packages.size()).toArray(String[]::new))
          .check(ALL);
    }
  }

  @Test
  void coreNeverAsksForTheTime() {
    noClasses()
        .that()
        .resideInAPackage("run.ephemeral.core..")
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(ALL);
  }

  @Test
  void theReconcilerKnowsPortsOnly() {
    classes()
        .that()
        .resideInAPackage("run.ephemeral.reconciler..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "run.ephemeral.core..",
            "run.ephemeral.reconciler..",
            "java..",
            "org.jspecify..",
            "org.slf4j..")
        .check(ALL);
  }

  @Test
  void adaptersNeverSeeEachOther() {
    for (var one : ADAPTERS) {
      var others =
          Stream.concat(ADAPTERS.stream(), Stream.of("server", "cli", "wire", "reconciler"))
              .filter(other -> !other.equals(one))
              .map(other -> "run.ephemeral." + other + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("run.ephemeral." + one + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(ALL);
    }
  }

  @Test
  void theCommandLineKnowsOnlyTheWire() {
    noClasses()
        .that()
        .resideInAPackage("run.ephemeral.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(ADAPTERS.stream(), Stream.of("core", "server", "reconciler"))
                .map(module -> "run.ephemeral." + module + "..")
                .toArray(String[]::new))
        .check(ALL);
  }

  @Test
  void theWireKnowsNothing() {
    classes()
        .that()
        .resideInAPackage("run.ephemeral.wire..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("run.ephemeral.wire..", "java..", "org.jspecify..")
        .check(ALL);
  }
}
