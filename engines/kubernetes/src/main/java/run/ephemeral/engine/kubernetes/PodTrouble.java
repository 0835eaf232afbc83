package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// One sentence about what is wrong with a pod, from its status.
final class PodTrouble {
  private static final int KILLED = 137;

  private PodTrouble() {}

  static Optional<String> of(JsonNode pod) {
    for (var condition : pod.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("PodScheduled")
          && condition.path("reason").asText().equals("Unschedulable")) {
        return Optional.of("no node takes it: " + condition.path("message").asText());
      }
    }
    for (var status : pod.path("status").path("containerStatuses")) {
      var trouble = of(pod, status);
      if (trouble.isPresent()) {
        return trouble;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> of(JsonNode pod, JsonNode status) {
    var waiting = status.path("state").path("waiting");
    var reason = waiting.path("reason").asText();
    return switch (reason) {
      case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull" ->
          Optional.of("its image cannot be pulled: " + waiting.path("message").asText(reason));
      case "CreateContainerConfigError", "CreateContainerError", "RunContainerError" ->
          Optional.of("its container cannot be made: " + waiting.path("message").asText(reason));
      case "CrashLoopBackOff" -> Optional.of(ended(pod, status));
      default ->
          status.path("state").has("terminated") || status.path("restartCount").asInt() > 0
              ? Optional.of(ended(pod, status))
              : Optional.empty();
    };
  }

  private static String ended(JsonNode pod, JsonNode status) {
    var state = status.path("state").path("terminated");
    var last = state.isMissingNode() ? status.path("lastState").path("terminated") : state;
    var starts = status.path("restartCount").asInt() + 1;
    var code = last.path("exitCode").asInt();
    var isOom = last.path("reason").asText().equals("OOMKilled");
    var how =
        isOom
            ? "it used more memory than its limit%s".formatted(limit(pod, status))
            : code == KILLED ? "it was killed" : "exit " + code;
    return starts == 1 ? how : "%s, started %d times".formatted(how, starts);
  }

  private static String limit(JsonNode pod, JsonNode status) {
    for (var container : pod.path("spec").path("containers")) {
      if (container.path("name").asText().equals(status.path("name").asText())) {
        var memory = container.path("resources").path("limits").path("memory").asText();
        return memory.isEmpty() ? "" : " of " + memory;
      }
    }
    return "";
  }
}
