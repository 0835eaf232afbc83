package run.ephemeral.engine.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.BiConsumer;
import run.ephemeral.engine.kubernetes.client.ApiException;
import run.ephemeral.engine.kubernetes.client.ApiServer;
import run.ephemeral.engine.kubernetes.object.Labels;

/// Writes an object only as long as it is what the writer judged.
///
/// Every write carries the resource version that was read. The cluster itself writes the status all
/// the time, which gives a new version, too: then the object is read again, and written when
/// nothing but the status differs. Otherwise somebody newer wrote, such as the control plane that
/// took over from this one, and the write fails, unless the object is by then as it was to be: the
/// answer to our own write may have been lost.
final class Judged {
  private static final int MOST = 8;

  private final ApiServer api;

  Judged(ApiServer api) {
    this.api = api;
  }

  /// @param before the object as it was judged; empty for one that is not there
  /// @param write sends the object with the version put into it
  void write(
      String path,
      Optional<ObjectNode> before,
      ObjectNode object,
      BiConsumer<String, ObjectNode> write) {
    var now = before;
    for (int tried = 1; ; tried++) {
      try {
        now.ifPresent(
            known ->
                object
                    .withObject("metadata")
                    .set("resourceVersion", known.path("metadata").path("resourceVersion")));
        write.accept(path, object);
        return;
      } catch (ApiException e) {
        if (!e.isConflict()) {
          throw e;
        }
        now = api.get(path);
        if (now.filter(known -> isDone(known, object)).isPresent()) {
          return;
        }
        if (tried == MOST || !judgement(now).equals(judgement(before))) {
          throw e;
        }
      }
    }
  }

  /// Whether an object has the digest and the number of pods that were to be written.
  private static boolean isDone(JsonNode known, JsonNode written) {
    var digest = Namespaces.annotation(written, Labels.DIGEST);
    var replicas = written.path("spec").path("replicas");
    return (digest.isEmpty() || digest.equals(Namespaces.annotation(known, Labels.DIGEST)))
        && (replicas.isMissingNode() || replicas.equals(known.path("spec").path("replicas")));
  }

  /// What a judgement depends on.
  private static Optional<String> judgement(Optional<ObjectNode> object) {
    return object.map(
        known ->
            String.join(
                " ",
                Namespaces.uid(known),
                generation(known),
                Namespaces.annotation(known, Labels.DIGEST)));
  }

  private static String generation(JsonNode object) {
    return object.path("metadata").path("generation").asText();
  }
}
