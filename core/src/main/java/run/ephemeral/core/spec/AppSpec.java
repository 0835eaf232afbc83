package run.ephemeral.core.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// One `ephemeral.yaml`, read and known to be consistent. Maps keep the order of the file.
public record AppSpec(
    @Doc(
            "What the app is called. Environments of its pull requests are named after its"
                + " repository.")
        AppName app,
    @Doc("The programs of the app, by name.") Map<ComponentName, ServiceSpec> services,
    @Doc("What the app keeps, by name. Every environment has its own copy.")
        Map<ComponentName, DataSpec> data,
    @Doc("Commands whose result is shown with the environment, by name.")
        Map<ComponentName, TestSpec> tests,
    @Doc("Which pull requests get an environment, and when.") StartSpec start,
    @Doc("When an environment goes to sleep.") SleepSpec sleep,
    @Doc("When an environment is removed though its pull request is open.") ExpireSpec expire,
    @Doc("What a pull request is told in comments of their own.") RemindSpec remind,
    @Doc(value = "Helm charts.", notBuilt = "charts need engine `kubernetes`")
        Map<ComponentName, ChartSpec> charts,
    @Doc(value = "Kubernetes manifests.", notBuilt = "manifests need engine `kubernetes`")
        Optional<Object> manifests,
    @Doc(value = "What may be spent.", notBuilt = "budgets come with prices and meters")
        Optional<Object> budget) {
  public AppSpec {
    services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    tests = Collections.unmodifiableMap(new LinkedHashMap<>(tests));
    charts = Collections.unmodifiableMap(new LinkedHashMap<>(charts));
  }

  /// Without the keys that this version does not support.
  public AppSpec(
      AppName app,
      Map<ComponentName, ServiceSpec> services,
      Map<ComponentName, DataSpec> data,
      Map<ComponentName, TestSpec> tests,
      StartSpec start,
      SleepSpec sleep,
      ExpireSpec expire) {
    this(
        app,
        services,
        data,
        tests,
        start,
        sleep,
        expire,
        RemindSpec.DEFAULT,
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  /// The service that answers at the environment's own host name: the first public one.
  public Optional<ComponentName> front() {
    return services.entrySet().stream()
        .filter(service -> service.getValue().isPublic())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// Every folder whose content a service, a test or a chart is made from.
  public List<String> paths() {
    var services = this.services.values().stream().map(ServiceSpec::path);
    var tests = this.tests.values().stream().map(TestSpec::path);
    var charts = this.charts.values().stream().map(ChartSpec::chart);
    return Stream.of(services, tests, charts).flatMap(paths -> paths).distinct().toList();
  }
}
