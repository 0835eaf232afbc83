package run.ephemeral.reconciler;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.Digest;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.DataSpec;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;

/// Releases of a small shop: web and api, and a database.
final class Shop {
  static final AppName APP = new AppName("shop");
  static final ComponentName WEB = new ComponentName("web");
  static final ComponentName API = new ComponentName("api");
  static final ComponentName DB = new ComponentName("db");

  private Shop() {}

  static Release release(String webTree, String apiTree) {
    return release(webTree, apiTree, Optional.empty());
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
        new Mirror("app-shop"),
        "commit of " + webTree + apiTree,
        Digest.of("spec"),
        spec,
        Map.of("web", webTree, "api", apiTree),
        Map.of(),
        Map.of());
  }

  private static ServiceSpec service(String path, Map<String, String> env) {
    return new ServiceSpec(
        path, Optional.of("make"), "./run", true, Optional.empty(), env, List.of());
  }
}
