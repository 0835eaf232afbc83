package run.ephemeral.engine.kubernetes.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import run.ephemeral.core.Digest;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.name.EnvironmentKey;
import run.ephemeral.core.release.Component;
import run.ephemeral.core.release.Probe;
import run.ephemeral.core.spec.ResourcesSpec;

/// The Deployment and the Service of a container.
public record Container(Labels labels, ClusterSettings settings) {
  /// When a service says no port.
  public static final int PORT = 8080;

  /// The port of every Service.
  public static final int HTTP = 80;

  private static final int REVISIONS = 2;
  private static final int GRACE_SECONDS = 15;
  private static final int TEST_SECONDS = 600;
  private static final long UNPRIVILEGED = 65532;

  /// How much a pod may write to `/tmp`, which is on the node's disk.
  private static final String TMP = "1Gi";

  private static final Pattern TOLERATION =
      Pattern.compile("([^=:]+)(=([^:]*))?(:(NoSchedule|PreferNoSchedule|NoExecute))?");

  public static int port(Component.Container container) {
    return container.port().orElse(PORT);
  }

  /// @param image its immutable name
  /// @param env with every reference resolved
  public ObjectNode deployment(
      EnvironmentKey environment,
      Component.Container container,
      Digest digest,
      String image,
      Map<String, String> env) {
    var object = Baseline.object("apps/v1", "Deployment", container.name().value());
    var metadata = object.withObject("metadata");
    labels.of(metadata, environment, container.name());
    metadata.withObject("annotations").put(Labels.DIGEST, digest.hex()).put(Labels.AWAKE, "1");
    var spec = object.withObject("spec");
    spec.put("replicas", 1).put("revisionHistoryLimit", REVISIONS);
    // The planner judges lateness, by `ready_within`.
    spec.put("progressDeadlineSeconds", Integer.MAX_VALUE);
    selector(spec.withObject("selector").withObject("matchLabels"), container);
    var rolling = spec.withObject("strategy").put("type", "RollingUpdate");
    rolling.withObject("rollingUpdate").put("maxUnavailable", 0).put("maxSurge", 1);
    var template = spec.withObject("template");
    labels.of(template.withObject("metadata"), environment, container.name());
    template.withObject("metadata").withObject("annotations").put(Labels.DIGEST, digest.hex());
    var main = pod(template, container.name().value(), image);
    // The end of the log of a container that ended is in the pod's status then.
    main.put("terminationMessagePolicy", "FallbackToLogsOnError");
    resources(main, container.resources());
    var port = port(container);
    main.withArray("ports").addObject().put("name", "http").put("containerPort", port);
    var variables = new TreeMap<>(env);
    variables.putIfAbsent("PORT", Integer.toString(port));
    env(main, variables);
    readiness(main.withObject("readinessProbe"), container.probe());
    return object;
  }

  /// A pod that runs a test once, in the image of a service.
  public ObjectNode testPod(
      EnvironmentKey environment,
      String name,
      Component.Test test,
      String image,
      Map<String, String> env) {
    var object = Baseline.object("v1", "Pod", name);
    labels.of(object.withObject("metadata"), environment);
    object.withObject("spec").put("restartPolicy", "Never");
    object.withObject("spec").put("activeDeadlineSeconds", TEST_SECONDS);
    var metadata = object.withObject("metadata");
    metadata.withObject("labels").put(Labels.TEST, test.name().value());
    var main = pod(object, "test-" + test.name(), image);
    main.withArray("command").add("/bin/sh").add("-c").add(escaped(test.run()));
    env(main, env);
    return object;
  }

  /// The name of the Secret with the sign-in of a component's registry, which need not be there.
  public static String pullSecret(String component) {
    return "registry-" + component;
  }

  /// The sign-in of a component's registry, for the kubelet.
  ///
  /// @param config a Docker `config.json`
  public ObjectNode pullSecret(EnvironmentKey environment, String component, String config) {
    var object = Baseline.object("v1", "Secret", pullSecret(component));
    var metadata = object.withObject("metadata");
    labels.of(metadata, environment);
    metadata.withObject("annotations").put(Labels.DIGEST, Digest.of(config).hex());
    object.put("type", "kubernetes.io/dockerconfigjson");
    object.withObject("stringData").put(".dockerconfigjson", config);
    return object;
  }

  private static void selector(ObjectNode match, Component.Container container) {
    match.put(Labels.COMPONENT, container.name().value());
  }

  /// @param pod a pod, or the template of one
  /// @return the pod's one container
  private ObjectNode pod(ObjectNode pod, String name, String image) {
    settings.marks().labels().forEach(pod.withObject("metadata").withObject("labels")::put);
    var annotations = settings.marks().annotations();
    annotations.forEach(pod.withObject("metadata").withObject("annotations")::put);
    var spec = pod.withObject("spec");
    scheduling(spec, settings.scheduling());
    spec.withArray("imagePullSecrets").addObject().put("name", pullSecret(name));
    spec.put("automountServiceAccountToken", false)
        .put("enableServiceLinks", false)
        .put("terminationGracePeriodSeconds", GRACE_SECONDS);
    var security = spec.withObject("securityContext");
    security.withObject("seccompProfile").put("type", "RuntimeDefault");
    var main = spec.withArray("containers").addObject();
    main.put("name", name).put("image", image);
    switch (settings.podSecurity()) {
      case RESTRICTED -> {
        security.put("runAsNonRoot", true).put("runAsUser", UNPRIVILEGED);
        var restricted = main.withObject("securityContext");
        restricted.put("allowPrivilegeEscalation", false).put("readOnlyRootFilesystem", true);
        restricted.withObject("capabilities").withArray("drop").add("ALL");
      }
      case BASELINE -> {}
    }
    main.withArray("volumeMounts").addObject().put("name", "tmp").put("mountPath", "/tmp");
    spec.withArray("volumes")
        .addObject()
        .put("name", "tmp")
        .putObject("emptyDir")
        .put("sizeLimit", TMP);
    return main;
  }

  private static void scheduling(ObjectNode spec, ClusterSettings.Scheduling scheduling) {
    scheduling.nodeSelector().forEach(spec.withObject("nodeSelector")::put);
    for (var toleration : scheduling.tolerations()) {
      var parts = TOLERATION.matcher(toleration);
      if (parts.matches()) {
        var object = spec.withArray("tolerations").addObject().put("key", parts.group(1));
        object.put("operator", parts.group(3) == null ? "Exists" : "Equal");
        Optional.ofNullable(parts.group(3)).ifPresent(value -> object.put("value", value));
        Optional.ofNullable(parts.group(5)).ifPresent(effect -> object.put("effect", effect));
      }
    }
    scheduling.priorityClass().ifPresent(name -> spec.put("priorityClassName", name));
    scheduling.runtimeClass().ifPresent(name -> spec.put("runtimeClassName", name));
  }

  /// CPU is requested but not limited: a limit slows a service down though the node has time left.
  private static void resources(ObjectNode main, ResourcesSpec resources) {
    resources
        .cpu()
        .ifPresent(cpu -> main.withObject("resources").withObject("requests").put("cpu", cpu));
    resources
        .memory()
        .ifPresent(
            memory -> {
              main.withObject("resources").withObject("requests").put("memory", memory);
              main.withObject("resources").withObject("limits").put("memory", memory);
            });
  }

  private static void env(ObjectNode main, Map<String, String> variables) {
    new TreeMap<>(variables)
        .forEach(
            (name, value) ->
                main.withArray("env").addObject().put("name", name).put("value", escaped(value)));
  }

  /// Kubernetes expands `$(NAME)` in values; here a value is text.
  private static String escaped(String value) {
    return value.replace("$", "$$");
  }

  private static void readiness(ObjectNode readiness, Probe probe) {
    readiness.put("periodSeconds", 1).put("timeoutSeconds", 5).put("failureThreshold", 3);
    Optional<String> health = probe.health();
    if (health.isPresent()) {
      readiness.withObject("httpGet").put("path", health.get()).put("port", "http");
    } else {
      readiness.withObject("tcpSocket").put("port", "http");
    }
  }

  /// Other services reach it at the usual port of HTTP, and at its own.
  public ObjectNode service(EnvironmentKey environment, Component.Container container) {
    var object = Baseline.object("v1", "Service", container.name().value());
    labels.of(object.withObject("metadata"), environment, container.name());
    var spec = object.withObject("spec");
    selector(spec.withObject("selector"), container);
    port(spec, "http", HTTP);
    if (port(container) != HTTP) {
      port(spec, "own", port(container));
    }
    return object;
  }

  private static void port(ObjectNode spec, String name, int number) {
    var port = spec.withArray("ports").addObject().put("name", name).put("port", number);
    port.put("targetPort", "http");
  }
}
