package run.ephemeral.core.release;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.ResourcesSpec;

/// One part of an environment, with all inputs that its digest is computed from.
public sealed interface Component {
  ComponentName name();

  /// The components that must be ready before this one starts.
  Set<ComponentName> needs();

  /// The artifacts that the component needs.
  List<ArtifactOrder> artifacts();

  /// A component that a cluster runs as a workload.
  sealed interface Deployable extends Component {
    Probe probe();

    /// The digest of the workload made from these images: another digest means another workload.
    ///
    /// @param images the reference of the image of each of [#artifacts], in that order
    Digest digest(List<String> images);
  }

  /// A service as a process of this machine.
  ///
  /// @param env values with `${pr.*}` filled in. Addresses are left as references, since they never
  ///     change while the environment lives
  /// @param restarts how often a restart was requested
  record Program(
      ComponentName name,
      ArtifactOrder.Built source,
      String run,
      Map<String, String> env,
      Probe probe,
      int restarts,
      Set<ComponentName> needs)
      implements Component {
    public Program {
      env = Map.copyOf(env);
      needs = Set.copyOf(needs);
    }

    @Override
    public List<ArtifactOrder> artifacts() {
      return List.of(source);
    }

    /// Another digest means another process.
    public Digest digest() {
      return Digest.named("unit 2")
          .part("build", source.key().hex())
          .part("run", run)
          .part("env", env)
          .part("health", probe.health())
          .part("restarts", count(restarts))
          .digest();
    }
  }

  /// A service as an image that a cluster runs.
  ///
  /// @param port the port on which it listens
  /// @param env as in [Program]
  record Container(
      ComponentName name,
      ArtifactOrder.Pulled image,
      Optional<Integer> port,
      Map<String, String> env,
      ResourcesSpec resources,
      Probe probe,
      int restarts,
      Set<ComponentName> needs)
      implements Deployable {
    public Container {
      env = Map.copyOf(env);
      needs = Set.copyOf(needs);
    }

    @Override
    public List<ArtifactOrder> artifacts() {
      return List.of(image);
    }

    @Override
    public Digest digest(List<String> images) {
      return images(Digest.named("container 1"), images)
          .part("port", port.map(String::valueOf))
          .part("env", env)
          .part("cpu", resources.cpu())
          .part("memory", resources.memory())
          .part("health", probe.health())
          .part("restarts", count(restarts))
          .digest();
    }
  }

  /// A Helm chart.
  ///
  /// @param chart the chart's folder
  /// @param values nested maps, lists and strings
  record Chart(
      ComponentName name,
      SourceTree chart,
      Optional<Object> values,
      Probe probe,
      Set<ComponentName> needs)
      implements Deployable {
    public Chart {
      needs = Set.copyOf(needs);
    }

    @Override
    public List<ArtifactOrder> artifacts() {
      return List.of();
    }

    @Override
    public Digest digest(List<String> images) {
      return images(Digest.named("chart 1"), images)
          .part("chart", chart.hash())
          .part("values", values.map(tree -> tree(tree).hex()))
          .digest();
    }
  }

  /// A database of the environment.
  ///
  /// @param seed SQL files, or the folder in which the command runs; empty for an empty database
  /// @param command fills the database in place of SQL files
  record Database(ComponentName name, Optional<SourceTree> seed, Optional<String> command)
      implements Component {
    @Override
    public Set<ComponentName> needs() {
      return Set.of();
    }

    @Override
    public List<ArtifactOrder> artifacts() {
      return List.of();
    }

    /// The key of the golden database. Must stay the same for the same content in later versions:
    /// databases of existing environments are recognised by this key.
    public Digest key() {
      return Digest.of("golden 1", seed.map(SourceTree::hash).orElse(""), command.orElse(""));
    }
  }

  /// A test: what to run, where, with which variables.
  ///
  /// @param restarts how often another run was requested
  record Test(
      ComponentName name, ArtifactOrder source, String run, Map<String, String> env, int restarts)
      implements Component {
    public Test {
      env = Map.copyOf(env);
    }

    public Test(ComponentName name, ArtifactOrder source, String run, Map<String, String> env) {
      this(name, source, run, env, 0);
    }

    @Override
    public Set<ComponentName> needs() {
      return Set.of();
    }

    @Override
    public List<ArtifactOrder> artifacts() {
      return List.of(source);
    }

    /// The key of the test's result.
    ///
    /// @param tested the digests of the services that are tested
    public Digest key(List<Digest> tested) {
      var parts =
          Digest.named("test 2")
              .part("source", source.key().hex())
              .part("run", run)
              .part("env", env)
              .part("restarts", count(restarts));
      tested.forEach(digest -> parts.part("unit", digest.hex()));
      return parts.digest();
    }
  }

  private static Digest tree(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var entries = new TreeMap<String, String>();
        map.forEach((key, inner) -> entries.put(String.valueOf(key), tree(inner).hex()));
        yield Digest.named("map").part("entry", entries).digest();
      }
      case List<?> list ->
          Digest.of(
              Stream.concat(Stream.of("list"), list.stream().map(item -> tree(item).hex()))
                  .toList());
      default -> Digest.of("text", value.toString());
    };
  }

  private static Optional<String> count(int restarts) {
    return Optional.of(restarts).filter(count -> count > 0).map(String::valueOf);
  }

  private static Digest.Named images(Digest.Named digest, List<String> images) {
    images.forEach(image -> digest.part("image", image));
    return digest;
  }
}
