package run.ephemeral.store.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Converts documents from one version to the next.
///
/// Version 1 has no version key. It was made from the domain's records: names and digests were
/// objects of one field, unsupported keys were `null`, and the oldest documents lack rounds and
/// closed addresses.
final class Upcasters {
  /// Placeholder for the repository of a pull request in a document that did not store it.
  static final String UNNAMED = "?";

  private Upcasters() {}

  static void wanted1(ObjectNode wanted) {
    putIfAbsent(wanted, "round", JsonNodeFactory.instance.numberNode(0));
    if (wanted.get("release") instanceof ObjectNode release) {
      unwrap(release, "repository", "value");
      unwrap(release, "digest", "hex");
      spec1(release.withObject("spec"));
    }
  }

  private static void spec1(ObjectNode spec) {
    unwrap(spec, "app", "value");
    spec.remove(List.of("charts", "manifests", "budget"));
    for (var service : spec.withObject("services")) {
      if (service instanceof ObjectNode known) {
        unwrapAll(known, "needs", "value");
        known.remove("repo");
      }
    }
    for (var data : spec.withObject("data")) {
      if (data instanceof ObjectNode known) {
        known.remove("bucket");
      }
    }
    spec.withObject("start").remove("label");
    spec.withObject("sleep").remove("schedule");
  }

  static void observed1(ObjectNode observed) {
    putIfAbsent(observed, "closed", JsonNodeFactory.instance.arrayNode());
    unwrapAll(observed, "artifacts", "hex");
    unwrapAll(observed, "closed", "value");
    var databases = observed.withObject("databases");
    List.copyOf(databases.properties())
        .forEach(database -> unwrap(databases, database.getKey(), "hex"));
    for (var instance : observed.withArray("instances")) {
      if (instance instanceof ObjectNode known) {
        unwrap(known, "id", "value");
        unwrap(known, "service", "value");
        unwrap(known, "unit", "hex");
      }
    }
    for (var test : observed.withArray("tests")) {
      if (test instanceof ObjectNode known) {
        unwrap(known, "test", "value");
        unwrap(known, "key", "hex");
      }
    }
  }

  /// Adds kinds to what runs and to artifacts: before, all were processes and folders.
  static void observed2(ObjectNode observed) {
    var running = JsonNodeFactory.instance.objectNode().put("is", "processes");
    running.set("instances", observed.remove("instances"));
    running.set("closed", observed.remove("closed"));
    var artifacts = JsonNodeFactory.instance.objectNode();
    for (var key : observed.withArray("artifacts")) {
      artifacts.putObject(key.asText()).put("is", "folder");
    }
    observed.set("artifacts", artifacts);
    observed.set("running", running);
  }

  /// Adds the mirror to each tree: before, a release had one mirror for all.
  static void wanted2(ObjectNode wanted) {
    if (!(wanted.get("release") instanceof ObjectNode release)) {
      return;
    }
    var mirror = release.remove("repository");
    var spec = release.withObject("spec");
    release.set("mirror", mirror);
    spec.putObject("charts");
    var trees = JsonNodeFactory.instance.arrayNode();
    for (var tree : release.withObject("trees").properties()) {
      trees.add(tree(mirror, tree.getKey(), tree.getValue()));
    }
    release.set("trees", trees);
    var seeds = release.withObject("seeds");
    for (var seed : List.copyOf(seeds.properties())) {
      var path = spec.path("data").path(seed.getKey()).path("seed").path("path").asText();
      seeds.set(seed.getKey(), tree(mirror, path, seed.getValue()));
    }
  }

  /// Adds the label that pull requests need: before, none did.
  static void wanted3(ObjectNode wanted) {
    if (wanted.get("release") instanceof ObjectNode release) {
      release.withObject("spec").withObject("start").putNull("label");
    }
  }

  /// Adds what pull requests were told: before, none were.
  static void observed4(ObjectNode observed) {
    observed.putArray("reports");
  }

  /// Adds what pull requests are reminded of: before, of nothing, and now of everything. Adds the
  /// paths that are left out: before, none were.
  static void wanted5(ObjectNode wanted) {
    if (wanted.get("release") instanceof ObjectNode release) {
      var start = release.withObject("spec").withObject("start");
      start.withObject("skip").putNull("paths");
      var remind = release.withObject("spec").putObject("remind");
      remind.putNull("expire").putNull("sleep").putNull("tests");
    }
  }

  /// Adds of what they were reminded.
  static void observed5(ObjectNode observed) {
    for (var report : observed.path("reports")) {
      ((ObjectNode) report).putArray("reminders");
    }
  }

  private static ObjectNode tree(JsonNode mirror, String path, JsonNode hash) {
    var tree = JsonNodeFactory.instance.objectNode();
    tree.set("mirror", mirror);
    tree.put("path", path);
    tree.set("hash", hash);
    return tree;
  }

  /// Adds the repository: before, it was implied by the app, which is another column; see
  /// [#UNNAMED].
  static void origin2(ObjectNode origin) {
    if (!origin.path("is").asText().equals("pull request")) {
      return;
    }
    var old = origin.withObject("pullRequest");
    var lead = JsonNodeFactory.instance.objectNode();
    lead.put("host", RepositoryName.GIT).put("repository", UNNAMED);
    lead.set("number", old.get("number"));
    var head = lead.putObject("head");
    head.set("commit", old.get("commit"));
    head.set("branch", old.get("branch"));
    head.putNull("base");
    var facts = lead.putObject("facts");
    facts.set("title", old.get("title"));
    facts.set("author", old.get("author"));
    facts.putArray("labels");
    facts.put("draft", false);
    lead.putObject("trust").put("is", "own");
    origin.removeAll();
    origin.put("is", "pull requests").set("lead", lead);
    origin.putArray("linked");
  }

  static void attempts1(ObjectNode attempts) {
    putIfAbsent(attempts, "round", JsonNodeFactory.instance.numberNode(0));
  }

  private static void putIfAbsent(ObjectNode document, String key, JsonNode value) {
    if (!document.has(key)) {
      document.set(key, value);
    }
  }

  private static void unwrap(ObjectNode parent, String key, String field) {
    if (parent.path(key).has(field)) {
      parent.set(key, parent.get(key).get(field));
    }
  }

  private static void unwrapAll(ObjectNode parent, String key, String field) {
    if (parent.get(key) instanceof ArrayNode all) {
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).has(field)) {
          all.set(i, all.get(i).get(field));
        }
      }
    }
  }
}
