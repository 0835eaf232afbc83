package run.ephemeral.cli.init;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Searches a repository for programs and the references between them.
public final class Survey {
  private static final List<String> FRONT =
      List.of("web", "frontend", "ui", "client", "www", "app");

  private final Folder root;
  private final Detector pages;
  private final List<String> notes = new ArrayList<>();

  private Survey(Folder root, boolean python) {
    this.root = root;
    this.pages = new StaticDetector(python);
  }

  /// A program and where it was found.
  ///
  /// @param open whether visitors can reach it
  /// @param told its variables in the compose file
  private record Place(
      String name, Folder folder, Found found, boolean open, Map<String, String> told) {
    Place(String name, Folder folder, Found found) {
      this(name, folder, found, true, Map.of());
    }

    Place opened() {
      return new Place(name, folder, found, true, told);
    }
  }

  /// @param python whether python3 is on PATH
  public static Blueprint of(Path root, boolean python) {
    return new Survey(new Folder(root), python).blueprint();
  }

  private Blueprint blueprint() {
    var compose = ComposeFile.in(root);
    var places = places(compose);
    var postgres =
        places.stream().anyMatch(place -> place.found().postgres())
            || compose.map(file -> !file.databases().isEmpty()).orElse(false);
    var databases = compose.map(ComposeFile::databases).orElse(List.of());
    compose.ifPresent(
        file ->
            file.others(postgres).stream()
                // Not the program itself, as an image.
                .filter(name -> !Names.part(name).equals(Names.part(root.name())))
                .forEach(
                    name ->
                        notes.add(
                            "%s also starts %s; run that yourself and tell the services where"
                                .formatted(file.file(), name))));
    Procfile.others(root)
        .forEach(
            name ->
                notes.add(
                    "the Procfile's %s is left out: a service has to listen on $PORT"
                        .formatted(name)));
    var names = places.stream().map(Place::name).toList();
    var strangers =
        compose.map(ComposeFile::names).orElse(List.of()).stream()
            .filter(name -> !names.contains(Names.part(name)))
            .filter(name -> databases.stream().noneMatch(it -> it.name().equals(name)))
            .toList();
    var services =
        places.stream().map(place -> service(place, names, databases, strangers)).toList();
    var sql = SqlFiles.in(root);
    return new Blueprint(
        Names.app(root.name()),
        services,
        postgres,
        postgres ? seed(databases).or(sql::obvious) : Optional.empty(),
        sql.all(),
        notes);
  }

  private Blueprint.Service service(
      Place place,
      List<String> names,
      List<ComposeFile.Service> databases,
      List<String> strangers) {
    var found = place.found();
    var env = new LinkedHashMap<>(new TreeMap<>(found.env()));
    var mentioned = Mentions.in(place.folder());
    if (found.env().isEmpty() && found.postgres()) {
      env.putAll(Variables.ofDatabase(mentioned));
    }
    for (var word : mentioned) {
      Variables.service(word, names.stream().filter(name -> !name.equals(place.name())).toList())
          .ifPresent(reference -> env.put(word, reference));
    }
    var told =
        new Told(names, databases.stream().map(ComposeFile.Service::name).toList(), strangers);
    told.translate(place.told()).forEach(env::putIfAbsent);
    for (var unknown : told.unknown(place.told()).entrySet()) {
      if (!env.containsKey(unknown.getKey())) {
        found =
            found.note(
                "%s is not set: its %s does not run here"
                    .formatted(unknown.getKey(), unknown.getValue()));
      }
    }
    Listening.variable(found, mentioned).ifPresent(name -> env.put(name, "${self.port}"));
    found = Dotenv.apply(place.folder(), Listening.apply(found, mentioned));
    var path = root.path().relativize(place.folder().path()).toString();
    return new Blueprint.Service(
        place.name(), path.isEmpty() ? "." : path, found, place.open(), env);
  }

  private List<Place> places(Optional<ComposeFile> compose) {
    return Stream.<java.util.function.Supplier<List<Place>>>of(
            () -> compose.map(this::composed).orElse(List.of()),
            this::workspaces,
            () ->
                Detector.program(root)
                    .map(it -> List.of(new Place("web", root, it)))
                    .orElse(List.of()),
            this::below,
            () ->
                pages.detect(root).map(it -> List.of(new Place("web", root, it))).orElse(List.of()))
        .map(java.util.function.Supplier::get)
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of())
        .stream()
        .sorted(Comparator.comparingInt(place -> rank(place.name())))
        .toList();
  }

  private static int rank(String name) {
    var at = FRONT.indexOf(name);
    return at < 0 ? FRONT.size() : at;
  }

  private List<Place> composed(ComposeFile compose) {
    var places = new ArrayList<Place>();
    for (var service : compose.built()) {
      var folder = folder(service);
      var found = Detector.program(folder).or(() -> pages.detect(folder));
      if (service.isWorker()) {
        notes.add(
            "%s of %s is left out: a service has to listen on $PORT"
                .formatted(service.name(), compose.file()));
      } else if (found.isPresent()) {
        places.add(
            new Place(
                Names.part(service.name()),
                folder,
                ContainerCommand.apply(service, compose.file(), folder, found.get()),
                service.published(),
                service.env()));
      } else {
        notes.add(
            "%s builds %s, but nothing there tells how to run it; add it under `services`"
                .formatted(compose.file(), service.name()));
      }
    }
    return places.stream().anyMatch(Place::open) ? places : opened(places);
  }

  /// The Dockerfile's folder if it contains a program, else the build context.
  private Folder folder(ComposeFile.Service service) {
    var context = root.sub(service.folder().orElse("."));
    return Optional.of(service.described())
        .filter(name -> !name.isEmpty())
        .map(context::sub)
        .filter(folder -> Detector.program(folder).isPresent())
        .orElse(context);
  }

  /// If no service is published, opens the one whose name looks most like a front end.
  private static List<Place> opened(List<Place> places) {
    var front = places.stream().min(Comparator.comparingInt(place -> rank(place.name())));
    return places.stream()
        .map(place -> place.equals(front.orElse(null)) ? place.opened() : place)
        .toList();
  }

  private List<Place> workspaces() {
    return Workspaces.of(root).programs().stream()
        .map(it -> new Place(Names.part(it.folder().name()), root, it.found()))
        .toList();
  }

  private List<Place> below() {
    var folders = new ArrayList<>(root.subfolders());
    for (var group : List.of("apps", "services", "packages")) {
      folders.addAll(root.sub(group).subfolders());
    }
    return folders.stream()
        .flatMap(
            folder ->
                Detector.program(folder).stream()
                    .map(found -> new Place(Names.part(folder.name()), folder, found)))
        .toList();
  }

  private Optional<String> seed(List<ComposeFile.Service> databases) {
    return databases.stream()
        .flatMap(database -> database.seed().stream())
        .filter(root::has)
        .findFirst();
  }
}
