package run.ephemeral.reconciler;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.core.Digest;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.DataSpec;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.RemindSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.core.spec.TestSpec;
import run.ephemeral.core.step.Step;
import run.ephemeral.testkit.FakeEngine;

/// Releases of a small shop: web and api, and a database.
final class Shop {
  static final AppName APP = new AppName("shop");
  static final ComponentName WEB = new ComponentName("web");
  static final ComponentName API = new ComponentName("api");
  static final ComponentName DB = new ComponentName("db");

  private static final Mirror MIRROR = new Mirror("app-shop");

  private Shop() {}

  /// Pushes an image of each service, as CI does for a commit.
  static void push(FakeEngine engine, Release release) {
    for (var tree : release.trees()) {
      engine.push("acme/" + tree.path(), release.commit(), "sha256:" + tree.hash());
    }
  }

  /// Whether the step builds or finds the artifact of web for this tree.
  static boolean makesWeb(Step step, String tree) {
    return switch (step) {
      case Step.Build build -> build.order().source().hash().equals(tree);
      case Step.Resolve resolve ->
          resolve.name().equals(WEB)
              && resolve.order().tags().getLast().startsWith("commit of " + tree);
      default -> false;
    };
  }

  static Release release(String webTree, String apiTree) {
    return release(webTree, apiTree, Optional.empty());
  }

  /// With a test.
  static Release tested(String webTree, RemindSpec remind) {
    var plain = release(webTree, "a1");
    var spec = plain.spec();
    var smoke = new TestSpec("./smoke", "web", TestSpec.When.READY, Map.of());
    var tested =
        new AppSpec(
            APP,
            spec.services(),
            spec.data(),
            Map.of(new ComponentName("smoke"), smoke),
            spec.start(),
            spec.sleep(),
            spec.expire(),
            remind,
            Map.of(),
            Optional.empty(),
            Optional.empty());
    return new Release(
        plain.mirror(),
        plain.commit(),
        plain.digest(),
        tested,
        plain.trees(),
        plain.seeds(),
        plain.facts());
  }

  static Release release(String webTree, String apiTree, Optional<Duration> idle) {
    var services = new LinkedHashMap<ComponentName, ServiceSpec>();
    services.put(WEB, service("web", Map.of("API", "${api.url}")));
    services.put(API, service("api", Map.of("DATABASE_URL", "${db.url}")));
    var spec =
        new AppSpec(
            APP,
            services,
            Map.of(DB, new DataSpec(Optional.empty())),
            Map.of(),
            StartSpec.DEFAULT,
            new SleepSpec(idle),
            new ExpireSpec(Optional.of(Duration.ofDays(3))));
    return new Release(
        MIRROR,
        "commit of " + webTree + apiTree,
        Digest.of("spec"),
        spec,
        Set.of(new SourceTree(MIRROR, "web", webTree), new SourceTree(MIRROR, "api", apiTree)),
        Map.of(),
        Map.of());
  }

  private static ServiceSpec service(String path, Map<String, String> env) {
    return new ServiceSpec(
        path,
        Optional.of("make"),
        Optional.of("./run"),
        Optional.of("acme/" + path),
        Optional.of(8080),
        true,
        Optional.empty(),
        Optional.empty(),
        env,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }
}
