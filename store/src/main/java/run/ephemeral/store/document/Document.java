package run.ephemeral.store.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.environment.Attempts;
import run.ephemeral.core.environment.Observed;
import run.ephemeral.core.environment.Origin;
import run.ephemeral.core.environment.Wanted;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.spec.AppName;

/// Converts one kind of document from its domain record to JSON text, and back from the text of any
/// version that was ever written.
///
/// A document of the newest version has exactly the known keys: a missing or unknown key makes it
/// unreadable, so that nothing is lost when it is written back.
public final class Document<D> {
  /// The version that is written.
  public static final int VERSION = 6;

  /// The key of the version, absent in version 1. Written as the last key.
  private static final String KEY = "v";

  /// The end of every document of the newest version.
  public static final String ENDING = ",\"%s\":%d}".formatted(KEY, VERSION);

  public static final Document<Origin> ORIGIN =
      of(
          "origin",
          OriginDocument.class,
          OriginDocument::of,
          OriginDocument::origin,
          List.of(_ -> {}, Upcasters::origin2, _ -> {}, _ -> {}, _ -> {}));
  public static final Document<Wanted> WANTED =
      of(
          "wanted",
          WantedDocument.class,
          WantedDocument::of,
          WantedDocument::wanted,
          List.of(
              Upcasters::wanted1,
              Upcasters::wanted2,
              Upcasters::wanted3,
              _ -> {},
              Upcasters::wanted5));
  public static final Document<Observed> OBSERVED =
      of(
          "observed",
          ObservedDocument.class,
          ObservedDocument::of,
          ObservedDocument::observed,
          List.of(
              Upcasters::observed1,
              Upcasters::observed2,
              _ -> {},
              Upcasters::observed4,
              Upcasters::observed5));
  public static final Document<Attempts> ATTEMPTS =
      of(
          "attempts",
          AttemptsDocument.class,
          AttemptsDocument::of,
          AttemptsDocument::attempts,
          List.of(Upcasters::attempts1, _ -> {}, _ -> {}, _ -> {}, _ -> {}));

  private static final int MOST_KNOWN = 256;
  private static final int LONGEST_KNOWN = 16_384;
  private static final Logger LOG = LoggerFactory.getLogger(Document.class);
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String name;
  private final Writer<D> write;
  private final Reader<D> read;
  private final List<Consumer<ObjectNode>> upcasters;

  /// Documents by their texts, read or written recently: a row is read several times before it
  /// changes.
  private final Map<String, D> known = Collections.synchronizedMap(new LruMap<>(MOST_KNOWN));

  private interface Writer<D> {
    String json(D domain) throws JsonProcessingException;
  }

  private interface Reader<D> {
    D from(JsonParser json) throws IOException;
  }

  private Document(
      String name, Writer<D> write, Reader<D> read, List<Consumer<ObjectNode>> upcasters) {
    if (upcasters.size() != VERSION - 1) {
      throw new IllegalArgumentException("`%s` needs an upcaster a version".formatted(name));
    }
    this.name = name;
    this.write = write;
    this.read = read;
    this.upcasters = upcasters;
  }

  /// @param upcasters convert each version to the next, from version 1 on
  private static <D, S> Document<D> of(
      String name,
      Class<S> stored,
      Function<D, S> to,
      Function<S, D> from,
      List<Consumer<ObjectNode>> upcasters) {
    return new Document<>(
        name,
        domain -> JSON.writeValueAsString(to.apply(domain)),
        json -> from.apply(JSON.readValue(json, stored)),
        upcasters);
  }

  /// Fills in the pull request's repository, which older versions did not store.
  public static Origin named(Origin origin, AppName app) {
    if (!(origin instanceof Origin.OfPullRequests(var lead, var linked))
        || !lead.ref().repository().path().equals(Upcasters.UNNAMED)) {
      return origin;
    }
    var ref = new PullRequestRef(RepositoryName.git(app), lead.number());
    var named = new PullRequest(ref, lead.head(), lead.facts(), lead.trust());
    return new Origin.OfPullRequests(named, linked);
  }

  /// The name of the document's column.
  public String name() {
    return name;
  }

  public String write(D domain) {
    try {
      var object = write.json(domain);
      var json = object.substring(0, object.length() - 1) + ENDING;
      keep(json, domain);
      return json;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document of column `%s`".formatted(name), e);
    }
  }

  /// The version of a document, even if the rest is unreadable; 0 when the text is damaged.
  public static int version(String json) {
    try {
      return version(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      return 0;
    }
  }

  private static int version(JsonNode tree) {
    var node = tree.path(KEY);
    if (node.isMissingNode()) {
      return 1;
    }
    return node.isIntegralNumber() && node.canConvertToInt() ? node.asInt() : 0;
  }

  /// Parses a text. Recently read or written texts are not parsed again.
  ///
  /// @return empty when this version cannot read the text
  public Optional<D> read(String json) {
    var earlier = known.get(json);
    var document = earlier == null ? parse(json) : Optional.of(earlier);
    document.ifPresent(value -> keep(json, value));
    return document;
  }

  private void keep(String json, D document) {
    if (json.length() <= LONGEST_KNOWN) {
      known.put(json, document);
    }
  }

  /// The document in the newest version, without its version key.
  private ObjectNode upcast(String json) throws JsonProcessingException {
    if (!(JSON.readTree(json) instanceof ObjectNode tree)) {
      throw new IllegalArgumentException("not an object");
    }
    var version = version(tree);
    if (version < 1 || version > VERSION) {
      throw new IllegalArgumentException("its version is " + version);
    }
    tree.remove(KEY);
    upcasters.subList(version - 1, upcasters.size()).forEach(one -> one.accept(tree));
    return tree;
  }

  /// Like [#read], without the cache.
  Optional<D> parse(String json) {
    try {
      // The newest version is parsed in one pass.
      if (json.endsWith(ENDING)) {
        var object = json.substring(0, json.length() - ENDING.length()) + "}";
        return Optional.of(read.from(JSON.createParser(object)));
      }
      return Optional.of(read.from(JSON.treeAsTokens(upcast(json))));
    } catch (IOException | RuntimeException e) {
      // Any exception, such as for a `null` in a list, concerns only this document.
      LOG.error("a document of column `{}` cannot be read: {}", name, e.getMessage());
      return Optional.empty();
    }
  }
}
