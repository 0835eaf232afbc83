package run.ephemeral.specfile;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.specfile.Read.accepted;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.DataSpec;
import run.ephemeral.core.spec.EngineKind;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.spec.SeedSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.SpecReader.Reading;
import run.ephemeral.core.spec.StartSpec;

/// The records read from valid files.
class AcceptedTest {
  private static final ComponentName WEB = new ComponentName("web");

  @Test
  void theSmallestUsefulFileHasDefaultsForAllElse() {
    var web =
        new ServiceSpec(
            ".", Optional.empty(), "node server.js", false, Optional.empty(), Map.of(), List.of());
    assertThat(accepted(Read.SMALLEST))
        .isEqualTo(
            new AppSpec(
                new AppName("shop"),
                Map.of(WEB, web),
                Map.of(),
                Map.of(),
                StartSpec.DEFAULT,
                new SleepSpec(Optional.empty()),
                new ExpireSpec(Optional.empty())));
  }

  @Test
  void everyKeyOfTheFullExampleIsRead() {
    var spec = accepted(Read.FULL);
    var web = service(spec, "web");
    assertThat(spec.services().keySet())
        .extracting(ComponentName::value)
        .containsExactly("web", "api");
    assertThat(web.path()).isEqualTo("web");
    assertThat(web.build()).contains("npm ci");
    assertThat(web.run()).contains("node server.js");
    assertThat(web.image()).contains("acme/web");
    assertThat(web.port()).contains(8080);
    assertThat(web.isPublic()).isTrue();
    assertThat(web.health()).contains("/healthz");
    assertThat(web.readyWithin()).contains(Duration.ofSeconds(90));
    assertThat(web.env())
        .containsExactly(
            Map.entry("API_URL", "${api.url}"), Map.entry("TITLE", "Preview of ${pr.title}"));
    assertThat(web.needs()).containsExactly(new ComponentName("api"));
    assertThat(web.resources())
        .contains(new ResourcesSpec(Optional.of("250m"), Optional.of("256Mi")));
    assertThat(spec.data().values())
        .containsExactly(
            new DataSpec(Optional.of(new SeedSpec("db/seed.sql", Optional.empty()))),
            new DataSpec(Optional.of(new SeedSpec("fixtures", Optional.of("./load.sh")))));
    assertThat(spec.tests().values())
        .singleElement()
        .hasFieldOrPropertyWithValue("run", "npm run e2e")
        .hasFieldOrPropertyWithValue("path", "e2e");
    assertThat(spec.start().branches()).containsExactly("feature/*", "!feature/old-*");
    assertThat(spec.start().skip().authors()).containsExactly("dependabot");
    assertThat(spec.sleep().idle()).contains(Duration.ofMinutes(30));
    assertThat(spec.expire().after()).contains(Duration.ofDays(3));
  }

  @Test
  void whatIsNotUsedHereIsAcceptedWithANote() {
    assertThat(Read.lines(Read.notes(Read.FULL)))
        .isEqualTo(
            """
            ephemeral.yaml:7:5: `image` is used by engine `kubernetes`; engine `process` uses `run`
            ephemeral.yaml:8:5: `port` is used by engine `kubernetes`; engine `process` hands a \
            free port over in $PORT
            ephemeral.yaml:14:5: `resources` are used by engine `kubernetes`; engine `process` \
            sets no bounds\
            """);
    assertThat(Read.notes(Read.SMALLEST)).isEmpty();
  }

  @Test
  void theDigestIsThatOfTheText() {
    var reading =
        (Reading.Accepted) new YamlSpecReader(() -> Set.of(EngineKind.PROCESS)).read(Read.SMALLEST);
    assertThat(reading.digest()).isEqualTo(Digest.of(Read.SMALLEST));
  }

  @ParameterizedTest
  @CsvSource({
    "90s, PT90S",
    "30m, PT30M",
    "2h, PT2H",
    "3d, PT72H",
    "1h30m, PT90M",
    "1d2h3m4s, PT26H3M4S"
  })
  void durationsAreWrittenAsPeopleSayThem(String written, Duration meant) {
    assertThat(accepted(Read.SMALLEST + "sleep: { idle: " + written + " }").sleep().idle())
        .contains(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "web, web", "./web, web", "./web/, web", "web/, web", ".//web//app/, web/app", "., .",
    "./, .", "'', .", "a/./b, a/b", "1, 1", "1.10, 1.10", "..., ..."
  })
  void aPathHasOneSpelling(String written, String meant) {
    var yaml = Read.SMALLEST + "    path: " + (written.isEmpty() ? "''" : written);
    assertThat(service(accepted(yaml), "web").path()).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "8080, 8080",
    "1.10, 1.10",
    "0x1F, 0x1F",
    "true, true",
    "No, No",
    "'\"\"', ''",
    "${pr.title}, ${pr.title}",
    "2026-01-01, 2026-01-01",
    "1_000, 1_000",
    "!!str 8, 8"
  })
  void aVariableIsTheTextAsItIsWritten(String written, String meant) {
    var yaml = Read.SMALLEST + "    env: { A: 1 }".replace("{ A: 1 }", "\n      A: " + written);
    assertThat(service(accepted(yaml), "web").env()).containsEntry("A", meant);
  }

  @Test
  void aCommandMayLookLikeANumber() {
    var yaml = Read.SMALLEST.replace("node server.js", "8080");
    assertThat(service(accepted(yaml), "web").command()).isEqualTo("8080");
  }

  @Test
  void aKeyWithoutAValueIsAsGoodAsAbsent() {
    var yaml = Read.SMALLEST + "    build:\n    env: ~\n    needs: null\ndata:\nstart:\ncharts:\n";
    assertThat(accepted(yaml)).isEqualTo(accepted(Read.SMALLEST));
  }

  @Test
  void anchorsAndMergeKeysSpareRepetition() {
    var spec =
        accepted(
            """
            app: shop
            services:
              web: &node
                run: node server.js
                env: &shared { MODE: preview }
              api:
                <<: *node
                public: true
              jobs: { run: node jobs.js, env: { <<: *shared, TITLE: Jobs } }
            """);
    assertThat(service(spec, "api").command()).isEqualTo("node server.js");
    assertThat(service(spec, "api").isPublic()).isTrue();
    assertThat(service(spec, "jobs").env()).isEqualTo(Map.of("TITLE", "Jobs", "MODE", "preview"));
  }

  @Test
  void aByteOrderMarkWindowsLineEndsAndADocumentMarkerAreFine() {
    var yaml = "\uFEFF---\r\n" + Read.SMALLEST.replace("\n", "\r\n") + "...\r\n";
    assertThat(accepted(yaml)).isEqualTo(accepted(Read.SMALLEST));
  }

  private static ServiceSpec service(AppSpec spec, String name) {
    return java.util.Objects.requireNonNull(spec.services().get(new ComponentName(name)));
  }
}
