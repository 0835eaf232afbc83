package run.ephemeral.store.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.core.cluster.ClusterSettings;

/// The [ClusterSettings] of a row.
public record SettingsDocument(
    Optional<Integer> environments,
    ClusterSettings.Reach reach,
    ClusterSettings.PodSecurity podSecurity,
    SizesDocument sizes,
    SchedulingDocument scheduling,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<String> inside) {
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  record SizesDocument(String requestCpu, String requestMemory, String limitMemory, int pods) {}

  record SchedulingDocument(
      Map<String, String> nodeSelector,
      List<String> tolerations,
      Optional<String> priorityClass,
      Optional<String> runtimeClass) {}

  public static String write(ClusterSettings settings) {
    var sizes = settings.sizes();
    var scheduling = settings.scheduling();
    var document =
        new SettingsDocument(
            settings.environments(),
            settings.reach(),
            settings.podSecurity(),
            new SizesDocument(
                sizes.requestCpu(), sizes.requestMemory(), sizes.limitMemory(), sizes.pods()),
            new SchedulingDocument(
                scheduling.nodeSelector(),
                scheduling.tolerations(),
                scheduling.priorityClass(),
                scheduling.runtimeClass()),
            settings.marks().labels(),
            settings.marks().annotations(),
            settings.inside());
    return JSON.valueToTree(document).toString();
  }

  /// @throws IllegalArgumentException when this version cannot read it
  public static ClusterSettings read(String json) {
    try {
      return JSON.readValue(json, SettingsDocument.class).settings();
    } catch (JsonProcessingException | NullPointerException e) {
      throw new IllegalArgumentException("its settings cannot be read: " + e.getMessage(), e);
    }
  }

  private ClusterSettings settings() {
    return new ClusterSettings(
        environments,
        reach,
        podSecurity,
        new ClusterSettings.Sizes(
            sizes.requestCpu, sizes.requestMemory, sizes.limitMemory, sizes.pods),
        new ClusterSettings.Scheduling(
            scheduling.nodeSelector,
            scheduling.tolerations,
            scheduling.priorityClass,
            scheduling.runtimeClass),
        new ClusterSettings.Marks(labels, annotations),
        inside);
  }
}
