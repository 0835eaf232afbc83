package run.ephemeral.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.ephemeral.testkit.Plane;

/// The desired state of one environment of [TickApp], and a comparison with the actual one.
final class TickEnvironment {
  final String branch;
  final String name;
  final Map<String, String> versions = new HashMap<>();
  boolean exists = true;
  boolean awake = true;

  /// The row that was written into its database, if any.
  Optional<String> note = Optional.empty();

  TickEnvironment(int number) {
    branch = "b" + number;
    name = "pr-" + TickApp.NAME + "-" + number;
    versions.put("web", "web-" + branch);
    versions.put("api", "api-0");
  }

  /// @return differences from the desired state
  List<String> findings(Plane plane) {
    if (!exists) {
      var answer = plane.ask("GET", "/environments/" + name, "");
      return answer.statusCode() == 404 ? List.of() : List.of("left: " + name);
    }
    var seen = plane.environment(name);
    var phase = seen.path("phase").asText();
    if (!phase.equals(awake ? "ready" : "asleep") || !seen.path("settled").asBoolean()) {
      return List.of("lost: %s is %s: %s".formatted(name, phase, seen.path("reason").asText()));
    }
    if (note.isPresent()) {
      var notes = PostgresProbe.texts(database(plane), "SELECT text FROM note ORDER BY text");
      if (!notes.equals(List.of(note.get(), "seed"))) {
        return List.of("lost: %s has %s, not %s".formatted(name, notes, note.get()));
      }
    }
    return awake ? answers(plane) : List.of();
  }

  private List<String> answers(Plane plane) {
    var findings = new ArrayList<String>();
    versions.forEach(
        (service, version) -> {
          var body = plane.page(service + "--" + name).body();
          if (!body.startsWith(version + " ")) {
            findings.add("lost: %s of %s says `%s`".formatted(version, name, body));
          }
        });
    return findings;
  }

  String database(Plane plane) {
    return plane.get("/environments/" + name + "/databases").get(0).get("url").asText();
  }

  /// The environment as [Census] expects it. Only while it exists.
  Census.Known known(Plane plane) {
    var database = plane.get("/environments/" + name + "/databases").get(0).get("name").asText();
    var id = Long.parseLong(database.replaceAll("^e|_.*", ""));
    return new Census.Known(id, name, awake);
  }

  /// Writes a row into the database; from then on every comparison expects it.
  void write(Plane plane, String text) {
    PostgresProbe.execute(database(plane), "INSERT INTO note VALUES ('" + text + "')");
    note = Optional.of(text);
  }
}
