package run.ephemeral.store.document;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.ChartSpec;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.DataSpec;
import run.ephemeral.core.spec.ExpireSpec;
import run.ephemeral.core.spec.RemindSpec;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.spec.SeedSpec;
import run.ephemeral.core.spec.ServiceSpec;
import run.ephemeral.core.spec.SkipSpec;
import run.ephemeral.core.spec.SleepSpec;
import run.ephemeral.core.spec.StartSpec;
import run.ephemeral.core.spec.TestSpec;

/// An [AppSpec] as it is stored. Keys that no version supports yet, such as `budget`, are not
/// stored.
record SpecDocument(
    String app,
    Map<String, ServiceDocument> services,
    Map<String, DataDocument> data,
    Map<String, TestDocument> tests,
    Map<String, ChartDocument> charts,
    StartDocument start,
    SleepDocument sleep,
    ExpireDocument expire,
    RemindDocument remind) {
  /// @param resources as in the file
  record ServiceDocument(
      String path,
      Optional<String> build,
      Optional<String> run,
      Optional<String> image,
      Optional<Integer> port,
      boolean isPublic,
      Optional<String> health,
      Optional<Duration> readyWithin,
      Map<String, String> env,
      List<String> needs,
      Optional<Object> resources) {
    static ServiceDocument of(ServiceSpec service) {
      return new ServiceDocument(
          service.path(),
          service.build(),
          service.run(),
          service.image(),
          service.port(),
          service.isPublic(),
          service.health(),
          service.readyWithin(),
          service.env(),
          service.needs().stream().map(ComponentName::value).toList(),
          service.resources().map(ServiceDocument::stored));
    }

    private static Object stored(ResourcesSpec resources) {
      var map = new TreeMap<String, String>();
      resources.cpu().ifPresent(cpu -> map.put("cpu", cpu));
      resources.memory().ifPresent(memory -> map.put("memory", memory));
      return map;
    }

    /// Earlier versions stored whatever the file said.
    private static ResourcesSpec spec(Object stored) {
      var map = stored instanceof Map<?, ?> known ? known : Map.of();
      try {
        return new ResourcesSpec(text(map.get("cpu")), text(map.get("memory")));
      } catch (IllegalArgumentException e) {
        return ResourcesSpec.DEFAULT;
      }
    }

    private static Optional<String> text(@Nullable Object value) {
      return Optional.ofNullable(value).map(Object::toString);
    }

    ServiceSpec service() {
      return new ServiceSpec(
          path,
          build,
          run,
          image,
          port,
          isPublic,
          health,
          readyWithin,
          env,
          needs.stream().map(ComponentName::new).toList(),
          resources.map(ServiceDocument::spec),
          Optional.empty());
    }
  }

  /// @param values as in the file
  record ChartDocument(String chart, Optional<Object> values) {
    static ChartDocument of(ChartSpec chart) {
      return new ChartDocument(chart.chart(), chart.values());
    }

    ChartSpec chartSpec() {
      return new ChartSpec(chart, values);
    }
  }

  record DataDocument(Optional<Integer> postgres, Optional<SeedDocument> seed) {
    static DataDocument of(DataSpec data) {
      return new DataDocument(data.postgres(), data.seed().map(SeedDocument::of));
    }

    DataSpec data() {
      return new DataSpec(postgres, seed.map(SeedDocument::seed), Optional.empty());
    }
  }

  record SeedDocument(String path, Optional<String> run) {
    static SeedDocument of(SeedSpec seed) {
      return new SeedDocument(seed.path(), seed.run());
    }

    SeedSpec seed() {
      return new SeedSpec(path, run);
    }
  }

  record TestDocument(String run, String path, String when, Map<String, String> env) {
    static TestDocument of(TestSpec test) {
      return new TestDocument(test.run(), test.path(), test.when().name(), test.env());
    }

    TestSpec test() {
      return new TestSpec(run, path, TestSpec.When.valueOf(when), env);
    }
  }

  record StartDocument(
      String when, List<String> branches, SkipDocument skip, Optional<String> label) {
    static StartDocument of(StartSpec start) {
      return new StartDocument(
          start.when().name(), start.branches(), SkipDocument.of(start.skip()), start.label());
    }

    StartSpec start() {
      return new StartSpec(StartSpec.When.valueOf(when), branches, skip.skip(), label);
    }
  }

  record SkipDocument(
      List<String> authors,
      Optional<Boolean> drafts,
      Optional<List<String>> labels,
      Optional<List<String>> paths) {
    static SkipDocument of(SkipSpec skip) {
      return new SkipDocument(skip.authors(), skip.drafts(), skip.labels(), skip.paths());
    }

    SkipSpec skip() {
      return new SkipSpec(authors, drafts, labels, paths);
    }
  }

  record SleepDocument(Optional<Duration> idle) {}

  record ExpireDocument(Optional<Duration> after) {}

  record RemindDocument(
      Optional<Boolean> expire, Optional<Boolean> sleep, Optional<Boolean> tests) {
    static RemindDocument of(RemindSpec remind) {
      return new RemindDocument(remind.expire(), remind.sleep(), remind.tests());
    }

    RemindSpec remind() {
      return new RemindSpec(expire, sleep, tests);
    }
  }

  static SpecDocument of(AppSpec spec) {
    return new SpecDocument(
        spec.app().value(),
        Maps.of(spec.services(), ComponentName::value, ServiceDocument::of),
        Maps.of(spec.data(), ComponentName::value, DataDocument::of),
        Maps.of(spec.tests(), ComponentName::value, TestDocument::of),
        Maps.of(spec.charts(), ComponentName::value, ChartDocument::of),
        StartDocument.of(spec.start()),
        new SleepDocument(spec.sleep().idle()),
        new ExpireDocument(spec.expire().after()),
        RemindDocument.of(spec.remind()));
  }

  AppSpec spec() {
    return new AppSpec(
        new AppName(app),
        Maps.of(services, ComponentName::new, ServiceDocument::service),
        Maps.of(data, ComponentName::new, DataDocument::data),
        Maps.of(tests, ComponentName::new, TestDocument::test),
        start.start(),
        new SleepSpec(sleep.idle()),
        new ExpireSpec(expire.after()),
        remind.remind(),
        Maps.of(charts, ComponentName::new, ChartDocument::chartSpec),
        Optional.empty(),
        Optional.empty());
  }
}
