package run.ephemeral.cli.init;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import run.ephemeral.cli.api.Json;

/// A folder to inspect. Files that cannot be read count as absent.
public record Folder(Path path) {
  private static final int LARGEST = 1 << 20;
  private static final Set<String> NOT_SOURCE =
      Set.of("node_modules", "target", "build", "out", "dist", "vendor", "bin", "obj");

  public boolean has(String name) {
    return Files.exists(path.resolve(name));
  }

  public Optional<String> firstOf(String... names) {
    return Stream.of(names).filter(this::has).findFirst();
  }

  /// The first MiB of a file; empty when it does not exist.
  public String text(String name) {
    try (var file = Files.newInputStream(path.resolve(name))) {
      return new String(file.readNBytes(LARGEST), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  public JsonNode json(String name) {
    try {
      return Json.parse(text(name));
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  public JsonNode yaml(String name) {
    try {
      var node = new YAMLMapper().readTree(text(name));
      return node == null ? MissingNode.getInstance() : node;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  public Folder sub(String name) {
    return new Folder(path.resolve(name).normalize());
  }

  /// Names of the matching files directly in this folder, sorted.
  public List<String> files(String glob) {
    var names = new ArrayList<String>();
    try (var files = Files.newDirectoryStream(path, glob)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (IOException e) {
      return List.of();
    }
    names.sort(Comparator.naturalOrder());
    return names;
  }

  /// Subfolders that may contain source, sorted by name.
  public List<Folder> subfolders() {
    try (var files = Files.list(path)) {
      return files
          .filter(Files::isDirectory)
          .filter(folder -> isSource(folder.getFileName().toString()))
          .sorted()
          .map(Folder::new)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  static boolean isSource(String name) {
    return !name.startsWith(".") && !NOT_SOURCE.contains(name);
  }

  public String name() {
    var name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? "app" : name.toString();
  }
}
