package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One sentence about what is wrong with a pod, from its status: what, why in the cluster's own
/// words without their internals, and what to change where that is known.
///
/// The end of a container's log is in its status: its termination message falls back to the log.
final class PodTrouble {
  private static final int KILLED = 137;
  private static final int MOST_LINES = 5;
  private static final int LONGEST = 500;

  /// What the scheduler tried besides, and the ids that the kubelet appends.
  private static final Pattern ASIDE =
      Pattern.compile("[.]? preemption: .*| \\(pod: .*|: unknown$");

  /// The layers of a container runtime through which an error came.
  private static final Pattern LAYERS =
      Pattern.compile(".*(error during container init|unable to start container process): ");

  /// What stands around the cause why an image is not pulled: the request with its address.
  private static final Pattern PULL =
      Pattern.compile("^[\": ]+| \\[manifests [^]]*]|failed to do request: \\w+ \"[^\"]*\": ");

  private static final Pattern REFUSED =
      Pattern.compile(
          "status code: 40[13]|40[13] (Unauthorized|Forbidden)|authorization failed|pull access"
              + " denied");
  private static final Pattern DIGEST = Pattern.compile("(@sha256:[0-9a-f]{12})[0-9a-f]+$");
  /// Sequences that colour or command a terminal, and characters that reorder or hide text.
  private static final Pattern UNPRINTED =
      Pattern.compile(
          "\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)?|.)?"
              + "|[\\p{Cntrl}&&[^\\n\\r\\t]]|[\u202a-\u202e\u2066-\u2069]");

  private PodTrouble() {}

  static Optional<String> of(JsonNode pod) {
    var status = pod.path("status");
    for (var condition : status.path("conditions")) {
      if (condition.path("type").asText().equals("PodScheduled")
          && condition.path("reason").asText().equals("Unschedulable")) {
        return Optional.of("no node takes it%s: %s".formatted(asked(pod), message(condition)));
      }
    }
    if (status.path("phase").asText().equals("Failed") && status.has("message")) {
      return Optional.of("the node stopped it: " + message(status));
    }
    for (var container : status.path("initContainerStatuses")) {
      // It has to end, and is of no interest once it has.
      if (container.at("/state/terminated/exitCode").asInt(1) != 0) {
        var trouble = of(pod, container);
        if (trouble.isPresent()) {
          return trouble;
        }
      }
    }
    for (var container : status.path("containerStatuses")) {
      var trouble = of(pod, container);
      if (trouble.isPresent()) {
        return trouble;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> of(JsonNode pod, JsonNode status) {
    var state = status.path("state");
    var waiting = state.path("waiting");
    return switch (waiting.path("reason").asText()) {
      case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull" ->
          Optional.of(notPulled(spec(pod, status).path("image").asText(), message(waiting)));
      case "CreateContainerConfigError", "CreateContainerError" ->
          Optional.of("its container cannot be made: " + message(waiting));
      case "RunContainerError" -> Optional.of("its program cannot be started: " + message(waiting));
      default -> {
        var now = state.path("terminated");
        var ended = now.isMissingNode() ? status.path("lastState").path("terminated") : now;
        yield ended.isMissingNode() ? Optional.empty() : Optional.of(ended(pod, status, ended));
      }
    };
  }

  /// The kubelet names the image in each layer of its message; the cause is behind the last one.
  private static String notPulled(String image, String said) {
    var last = image.isEmpty() ? -1 : said.lastIndexOf(image);
    var tail = last < 0 ? said : said.substring(last + image.length());
    var cause = PULL.matcher(tail).replaceAll("").strip();
    var why = cause.isEmpty() ? "the node tries again, more and more slowly" : cause;
    var name = DIGEST.matcher(image).replaceFirst("$1…");
    return "its image %s cannot be pulled: %s%s".formatted(name, why, advice(image, cause));
  }

  private static String advice(String image, String cause) {
    if (cause.endsWith("not found")) {
      return cause.contains("platform")
          ? "; it has to be built for the platform of the cluster's nodes, too"
          : "; if it was deleted from the registry, push it again";
    }
    var registry = image.replaceFirst("/.*", "");
    if (cause.endsWith("server gave HTTP response to HTTPS client")) {
      return "; %s does not have it, or the nodes are not told that it speaks no TLS"
          .formatted(registry);
    }
    if (cause.contains("status code: 429")) {
      return "; %s limits how often it is asked, the node tries again".formatted(registry);
    }
    return REFUSED.matcher(cause).find()
        ? "; the credentials for %s have expired or may not read it, see `docker login`"
            .formatted(registry)
        : "";
  }

  private static String ended(JsonNode pod, JsonNode status, JsonNode last) {
    var reason = last.path("reason").asText();
    var code = last.path("exitCode").asInt();
    if (reason.equals("StartError") || reason.equals("ContainerCannotRun")) {
      return "its program cannot be started: " + message(last);
    }
    var how =
        reason.equals("OOMKilled")
            ? "it used more memory than its limit%s; set `resources: { memory: … }`"
                .formatted(limit(pod, status))
            : code == 0
                ? "its program ended by itself (exit 0); a service has to keep running"
                : code == KILLED ? "it was killed" : "exit " + code;
    var starts = status.path("restartCount").asInt() + 1;
    var often = starts == 1 ? how : "%s, started %d times".formatted(how, starts);
    var words = words(last.path("message").asText());
    var platform =
        words.contains("exec format error")
            ? " (its image is for another platform than that of the node)"
            : "";
    return words.isEmpty()
        ? often
        : "%s; the end of its log: %s%s".formatted(often, words, platform);
  }

  /// The last lines that have text.
  private static String words(String log) {
    var lines =
        UNPRINTED.matcher(log).replaceAll("").lines().map(String::strip).filter(l -> !l.isEmpty());
    var all = new ArrayList<>(lines.toList());
    var last = all.subList(Math.max(0, all.size() - MOST_LINES), all.size());
    var text = String.join(" / ", last);
    return text.length() > LONGEST ? "…" + text.substring(text.length() - LONGEST) : text;
  }

  /// What the pod requests, which is what no node has.
  private static String asked(JsonNode pod) {
    var asked = new ArrayList<String>();
    for (var container : pod.path("spec").path("containers")) {
      container
          .path("resources")
          .path("requests")
          .properties()
          .forEach(one -> asked.add(one.getKey() + " " + one.getValue().asText()));
    }
    var text = asked.stream().sorted().collect(Collectors.joining(", "));
    return text.isEmpty() ? "" : ", as it asks for " + text;
  }

  /// A message without what surrounds its cause.
  static String message(JsonNode said) {
    var text = said.path("message").asText(said.path("reason").asText());
    return LAYERS.matcher(ASIDE.matcher(text).replaceFirst("")).replaceFirst("").strip();
  }

  private static JsonNode spec(JsonNode pod, JsonNode status) {
    for (var kind : new String[] {"containers", "initContainers"}) {
      for (var container : pod.path("spec").path(kind)) {
        if (container.path("name").equals(status.path("name"))) {
          return container;
        }
      }
    }
    return MissingNode.getInstance();
  }

  private static String limit(JsonNode pod, JsonNode status) {
    var memory = spec(pod, status).path("resources").path("limits").path("memory").asText();
    return memory.isEmpty() ? "" : " of " + memory;
  }
}
