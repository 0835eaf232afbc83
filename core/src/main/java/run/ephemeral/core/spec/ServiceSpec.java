package run.ephemeral.core.spec;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One program of the app.
public record ServiceSpec(
    @Doc(
            "The folder that is its source. A change elsewhere does not rebuild it. Default: the"
                + " whole repository.")
        String path,
    @Doc("The command that makes it ready to run, in that folder. Its result is kept and shared.")
        Optional<String> build,
    @Doc(
            "The command that runs it, in that folder. It must listen on the port in $PORT, by"
                + " HTTP if anybody calls it: visitors and other services reach it by HTTP only.")
        Optional<String> run,
    @Doc(
            value =
                "Its container image: with a tag, which may have ${pr.number}, ${pr.commit} and"
                    + " ${pr.branch}, or without, for the tags that CI pushes.",
            unusedHere = "`image` is used by engine `kubernetes`; engine `process` uses `run`")
        Optional<String> image,
    @Doc(
            value = "The port its container listens on.",
            unusedHere =
                "`port` is used by engine `kubernetes`; engine `process` hands a free port over in"
                    + " $PORT")
        Optional<Integer> port,
    @Doc(
            key = "public",
            value =
                "Whether it has a host name of its own. The first public service is the"
                    + " environment's page.")
        boolean isPublic,
    @Doc(
            "The HTTP path that answers 2xx or 3xx when it can serve. Default: its port accepts"
                + " connections.")
        Optional<String> health,
    @Doc(
            key = "ready_within",
            value =
                "How long it may take from its start to healthy, such as 90s or 5m. Default: 2m.")
        Optional<Duration> readyWithin,
    @Doc(
            "Environment variables. May refer to ${<component>.<field>}, ${pr.*}, ${env.*} and"
                + " ${self.port}, which is $PORT; ${self.<name>_port} is one more free port, such"
                + " as ${self.smtp_port}.")
        Map<String, String> env,
    @Doc("Other services and databases that must be ready before it starts.")
        List<ComponentName> needs,
    @Doc(
            value = "What it may use.",
            unusedHere =
                "`resources` are used by engine `kubernetes`; engine `process` sets no bounds")
        Optional<ResourcesSpec> resources,
    @Doc(
            value = "Another repository that it comes from.",
            notBuilt =
                "services from other repositories come with engine `kubernetes` and the GitHub code"
                    + " host")
        Optional<String> repo) {
  public static final Duration READY_WITHIN = Duration.ofMinutes(2);

  public ServiceSpec {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    needs = List.copyOf(needs);
  }

  /// With the keys that engine `process` uses.
  public ServiceSpec(
      String path,
      Optional<String> build,
      String run,
      boolean isPublic,
      Optional<String> health,
      Map<String, String> env,
      List<ComponentName> needs) {
    this(
        path,
        build,
        Optional.of(run),
        Optional.empty(),
        Optional.empty(),
        isPublic,
        health,
        Optional.empty(),
        env,
        needs,
        Optional.empty(),
        Optional.empty());
  }

  /// The command. Every service that runs as a process has one, see [Fit].
  public String command() {
    return run.orElseThrow(() -> new IllegalStateException("a service without `run`"));
  }
}
