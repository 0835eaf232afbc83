package run.ephemeral.store;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.engine.Instance;
import run.ephemeral.core.environment.Origin;

/// The facts that are kept whole, as JSON documents in columns: nothing ever asks for a part of
/// one.
final class Documents {
  private static final Logger LOG = LoggerFactory.getLogger(Documents.class);
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .addMixIn(Origin.class, OriginMixIn.class)
          .addMixIn(Instance.State.class, StateMixIn.class)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .withConfigOverride(
              Set.class,
              known -> known.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
          .build();

  private Documents() {}

  static String write(Object document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a fact cannot be written: " + document, e);
    }
  }

  /// Named facts, each a text.
  static Map<String, String> facts(String json) {
    try {
      return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("facts cannot be read: " + json, e);
    }
  }

  /// @return empty when it is no document of this type
  static <T> Optional<T> read(String json, Class<T> type) {
    try {
      return Optional.ofNullable(JSON.readValue(json, type));
    } catch (JsonProcessingException e) {
      LOG.error("a {} cannot be read: {}", type.getSimpleName(), e.getMessage());
      return Optional.empty();
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Origin.OfPullRequest.class, name = "pull request"),
    @JsonSubTypes.Type(value = Origin.OfWorkingTree.class, name = "working tree"),
    @JsonSubTypes.Type(value = Origin.Unknown.class, name = "unknown")
  })
  private interface OriginMixIn {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Instance.State.Starting.class, name = "starting"),
    @JsonSubTypes.Type(value = Instance.State.Healthy.class, name = "healthy"),
    @JsonSubTypes.Type(value = Instance.State.Ended.class, name = "ended")
  })
  private interface StateMixIn {}
}
