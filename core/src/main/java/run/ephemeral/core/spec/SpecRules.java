package run.ephemeral.core.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;

/// The rules between the keys of a well-formed `ephemeral.yaml`.
///
/// An ordered list of small checks that read only the records. Text, lines and columns are unknown
/// here; the implementation of [SpecReader] adds those.
public final class SpecRules {
  private static final List<String> TAG_FIELDS = List.of("number", "commit", "branch");
  private static final Set<String> RESERVED = Set.of("pr", "env", "secret", Reference.SELF);
  private static final int LONGEST_TAG = 128;
  private static final int COMMIT = 40;
  private static final int MOST_COMPONENTS = 50;

  private final AppSpec spec;
  private final List<SpecProblem> problems = new ArrayList<>();

  private SpecRules(AppSpec spec) {
    this.spec = spec;
  }

  /// @param engines on which environments can run
  public static List<SpecProblem> check(AppSpec spec, Set<EngineKind> engines) {
    var rules = new SpecRules(spec);
    rules.somethingRuns();
    if (rules.isTooLarge()) {
      return rules.problems; // what follows is quadratic, and recurses along `needs`
    }
    rules.namesAreUnique();
    rules.someEngineFits(engines);
    rules.everyDatabaseHasAVersion();
    rules.pathsStayInside();
    rules.healthIsAPath();
    rules.portsExist();
    rules.variablesHaveUsableNames();
    rules.referencesLeadSomewhere();
    rules.tagsAreOfThePullRequest();
    rules.needsLeadSomewhere();
    rules.needsHaveAnOrder();
    return rules.problems;
  }

  private void somethingRuns() {
    if (spec.services().isEmpty()) {
      add("an app needs at least one service", "services");
    }
    if (isTooLarge()) {
      add("an app may have at most %d components".formatted(MOST_COMPONENTS), "services");
    }
  }

  private boolean isTooLarge() {
    var components =
        spec.services().size() + spec.data().size() + spec.tests().size() + spec.charts().size();
    return components > MOST_COMPONENTS;
  }

  private void namesAreUnique() {
    var seen = new HashSet<>(spec.services().keySet());
    for (var name : spec.data().keySet()) {
      if (!seen.add(name)) {
        add("`%s` is a service already; names are shared".formatted(name), "data", name.value());
      }
    }
    for (var name : spec.charts().keySet()) {
      if (!seen.add(name)) {
        add("`%s` is there already; names are shared".formatted(name), "charts", name.value());
      }
    }
    for (var name : spec.tests().keySet()) {
      if (!seen.add(name)) {
        add("`%s` is there already; names are shared".formatted(name), "tests", name.value());
      }
    }
    for (var section : List.of("services", "data")) {
      for (var name : section.equals("data") ? spec.data().keySet() : spec.services().keySet()) {
        if (RESERVED.contains(name.value())) {
          add(
              "`%s` is a word of references; choose another".formatted(name),
              section,
              name.value());
        }
      }
    }
  }

  /// When no engine fits, reports the problems with the first one.
  private void someEngineFits(Set<EngineKind> engines) {
    var misfits = engines.stream().sorted().map(engine -> Fit.problems(spec, engine)).toList();
    if (misfits.stream().noneMatch(List::isEmpty)) {
      misfits.stream().findFirst().ifPresent(problems::addAll);
    }
  }

  private void everyDatabaseHasAVersion() {
    spec.data()
        .forEach(
            (name, data) -> {
              if (data.postgres().isEmpty()) {
                add(
                    "`%s` needs to say what it is: postgres: %d".formatted(name, DataSpec.POSTGRES),
                    "data",
                    name.value());
              } else if (data.postgres().get() != DataSpec.POSTGRES) {
                add(
                    "PostgreSQL %d is what there is here, not %d"
                        .formatted(DataSpec.POSTGRES, data.postgres().get()),
                    "data",
                    name.value(),
                    "postgres");
              }
            });
  }

  private void pathsStayInside() {
    spec.services()
        .forEach((name, service) -> inside(service.path(), "services", name.value(), "path"));
    spec.tests().forEach((name, test) -> inside(test.path(), "tests", name.value(), "path"));
    spec.charts().forEach((name, chart) -> inside(chart.chart(), "charts", name.value(), "chart"));
    spec.data()
        .forEach(
            (name, data) ->
                data.seed().ifPresent(seed -> inside(seed.path(), "data", name.value(), "seed")));
  }

  private void inside(String path, String... place) {
    var steps = List.of(path.split("/", -1));
    if (path.startsWith("/")
        || path.contains("\\")
        || path.contains("\0")
        || steps.contains("..")) {
      add("`%s` leads out of the repository".formatted(path), place);
    }
  }

  private void healthIsAPath() {
    spec.services()
        .forEach(
            (name, service) ->
                service
                    .health()
                    .filter(path -> !path.matches("/[!-~]*"))
                    .ifPresent(
                        path ->
                            add(
                                "a health path begins with / and has no blanks, not `%s`"
                                    .formatted(path),
                                "services",
                                name.value(),
                                "health")));
  }

  /// Two services may use the same port: each runs in its own container.
  private void portsExist() {
    spec.services()
        .forEach(
            (name, service) ->
                service
                    .port()
                    .filter(port -> port < 1 || port > 65_535)
                    .ifPresent(
                        port ->
                            add(
                                "a port is between 1 and 65535, not %d".formatted(port),
                                "services",
                                name.value(),
                                "port")));
  }

  private void variablesHaveUsableNames() {
    eachVariable(
        (key, value, place) -> {
          if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            add("`%s` cannot be the name of an environment variable".formatted(key), place);
          } else if (key.equals("PORT") || key.startsWith("EPHEMERAL_")) {
            add("`%s` is set by ephemeral itself".formatted(key), place);
          } else if (value.indexOf('\0') >= 0) {
            add("a value cannot hold a NUL character", place);
          }
        });
  }

  private void referencesLeadSomewhere() {
    eachVariable(
        (key, value, place) -> {
          try {
            Reference.in(value).forEach(reference -> leadsSomewhere(reference, place));
          } catch (IllegalArgumentException e) {
            add(String.valueOf(e.getMessage()), place);
          }
        });
  }

  /// A tag may be made of the pull request; which image it is may not.
  private void tagsAreOfThePullRequest() {
    spec.services()
        .forEach(
            (name, service) ->
                service.image().ifPresent(image -> tagIsOfThePullRequest(name, image)));
  }

  private void tagIsOfThePullRequest(ComponentName name, String image) {
    var place = new String[] {"services", name.value(), "image"};
    var tag = image.lastIndexOf(':', image.contains("${") ? image.indexOf("${") : image.length());
    try {
      for (var reference : Reference.in(image)) {
        var isInTag = tag > image.lastIndexOf('/', image.indexOf("${")) && tag > 0;
        if (!reference.owner().equals("pr")
            || !TAG_FIELDS.contains(reference.field())
            || !isInTag) {
          add(
              "%s cannot be here; the tag of an image may have ${pr.%s}"
                  .formatted(reference, String.join("}, ${pr.", TAG_FIELDS)),
              place);
        }
      }
      var shortest =
          image
              .substring(tag + 1)
              .replace("${pr.commit}", "0".repeat(COMMIT))
              .replaceAll("\\$\\{[^}]*}", "0");
      if (!shortest.contains("/") && !image.contains("@") && shortest.length() > LONGEST_TAG) {
        add(
            "its tag has %s%d characters; at most %d are possible"
                .formatted(image.contains("${") ? "at least " : "", shortest.length(), LONGEST_TAG),
            place);
      }
    } catch (IllegalArgumentException e) {
      add(String.valueOf(e.getMessage()), place);
    }
  }

  private void leadsSomewhere(Reference reference, String... place) {
    if (reference.owner().equals("secret")) {
      add("secrets are not built yet: %s cannot be filled in".formatted(reference), place);
      return;
    }
    if (reference.owner().equals(Reference.SELF)) {
      ownPort(reference, place);
      return;
    }
    var fields = fieldsOf(reference.owner());
    if (fields.isEmpty()) {
      var owners =
          Stream.concat(components().stream(), Stream.of("pr", "env", Reference.SELF)).toList();
      add(
          "%s refers to `%s`, which is nothing here.%s"
              .formatted(reference, reference.owner(), Nearest.hint(reference.owner(), owners)),
          place);
    } else if (!fields.contains(reference.field())) {
      add(
          "`%s` has no `%s`; it has %s.%s"
              .formatted(
                  reference.owner(),
                  reference.field(),
                  String.join(", ", fields),
                  Nearest.hint(reference.field(), fields)),
          place);
    }
  }

  private void ownPort(Reference reference, String... place) {
    if (!place[0].equals("services")) {
      add("%s is of services only; write ${<service>.port}".formatted(reference), place);
    } else if (!reference.isOwnPort()) {
      add(
          "`self` has no `%s`; it has port, and <name>_port for one more, such as smtp_port"
              .formatted(reference.field()),
          place);
    }
  }

  private List<String> fieldsOf(String owner) {
    if (owner.equals("pr")) {
      return Reference.PULL_REQUEST_FIELDS;
    }
    if (owner.equals("env")) {
      return Reference.ENVIRONMENT_FIELDS;
    }
    if (names(spec.services().keySet()).contains(owner)) {
      return Reference.SERVICE_FIELDS;
    }
    return names(spec.data().keySet()).contains(owner) ? Reference.DATABASE_FIELDS : List.of();
  }

  private void needsLeadSomewhere() {
    spec.services()
        .forEach(
            (name, service) -> {
              for (var need : service.needs()) {
                if (!components().contains(need.value())) {
                  add(
                      "`%s` needs `%s`, which is nothing here.%s"
                          .formatted(name, need, Nearest.hint(need.value(), components())),
                      "services",
                      name.value(),
                      "needs");
                }
              }
            });
  }

  private void needsHaveAnOrder() {
    var done = new HashSet<ComponentName>();
    spec.services().keySet().forEach(name -> follow(name, new LinkedHashSet<>(), done));
  }

  private void follow(
      ComponentName name, SequencedSet<ComponentName> trail, Set<ComponentName> done) {
    var service = spec.services().get(name);
    if (service == null || done.contains(name)) {
      return;
    }
    if (!trail.add(name)) {
      var circle =
          Stream.concat(
                  names(trail).stream().dropWhile(step -> !step.equals(name.value())),
                  Stream.of(name.value()))
              .toList();
      add(
          "these wait for each other: " + String.join(" → ", circle),
          "services",
          name.value(),
          "needs");
      done.addAll(trail);
      return;
    }
    service.needs().forEach(need -> follow(need, trail, done));
    trail.remove(name);
    done.add(name);
  }

  private interface VariableRule {
    void check(String key, String value, String... place);
  }

  private void eachVariable(VariableRule rule) {
    spec.services().forEach((name, service) -> eachVariable("services", name, service.env(), rule));
    spec.tests().forEach((name, test) -> eachVariable("tests", name, test.env(), rule));
  }

  private static void eachVariable(
      String section, ComponentName name, Map<String, String> env, VariableRule rule) {
    env.forEach((key, value) -> rule.check(key, value, section, name.value(), "env", key));
  }

  private List<String> components() {
    return names(
        Stream.concat(spec.services().keySet().stream(), spec.data().keySet().stream()).toList());
  }

  private static List<String> names(Collection<ComponentName> names) {
    return names.stream().map(ComponentName::value).toList();
  }

  private void add(String message, String... place) {
    problems.add(new SpecProblem(List.of(place), message));
  }
}
