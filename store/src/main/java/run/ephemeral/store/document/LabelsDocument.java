package run.ephemeral.store.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;

/// The labels of a cluster's row.
public final class LabelsDocument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LabelsDocument() {}

  public static String write(Map<String, String> labels) {
    return JSON.valueToTree(new TreeMap<>(labels)).toString();
  }

  /// @throws IllegalArgumentException when this version cannot read it
  public static Map<String, String> read(String json) {
    try {
      return Map.copyOf(JSON.readValue(json, new TypeReference<TreeMap<String, String>>() {}));
    } catch (JsonProcessingException | NullPointerException e) {
      throw new IllegalArgumentException("its labels cannot be read: " + e.getMessage(), e);
    }
  }
}
