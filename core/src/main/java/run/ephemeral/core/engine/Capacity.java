package run.ephemeral.core.engine;

import run.ephemeral.core.spec.AppSpec;
import run.ephemeral.core.spec.Quantity;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.core.spec.ServiceSpec;

/// CPU and memory that pods request, or that nodes have for them.
public record Capacity(double cores, double bytes) {
  public static final Capacity NONE = new Capacity(0, 0);

  /// @param cpu such as `250m`
  /// @param memory such as `256Mi`
  public static Capacity of(String cpu, String memory) {
    return new Capacity(Quantity.parse(cpu), Quantity.parse(memory));
  }

  public Capacity plus(Capacity other) {
    return new Capacity(cores + other.cores, bytes + other.bytes);
  }

  public Capacity minus(Capacity other) {
    return new Capacity(cores - other.cores, bytes - other.bytes);
  }

  public boolean covers(Capacity other) {
    return cores >= other.cores && bytes >= other.bytes;
  }

  /// What the services of an app request.
  ///
  /// @param usual of a service that says nothing
  public static Capacity requested(AppSpec spec, Capacity usual) {
    return spec.services().values().stream()
        .map(service -> requested(service, usual))
        .reduce(NONE, Capacity::plus);
  }

  private static Capacity requested(ServiceSpec service, Capacity usual) {
    var resources = service.resources().orElse(ResourcesSpec.DEFAULT);
    return new Capacity(
        resources.cpu().map(Quantity::parse).orElse(usual.cores()),
        resources.memory().map(Quantity::parse).orElse(usual.bytes()));
  }
}
