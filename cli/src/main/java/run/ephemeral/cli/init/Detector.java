package run.ephemeral.cli.init;

import java.util.List;
import java.util.Optional;

/// Recognises one kind of program by the files in its folder.
///
/// It only reads files and never runs what it finds. When unsure it returns nothing, or adds a
/// note: a wrong command is worse than a question.
public interface Detector {
  Optional<Found> detect(Folder folder);

  /// In the order in which they are tried: the more a file says about how to run the program, the
  /// earlier.
  List<Detector> ALL =
      List.of(
          new MavenDetector(),
          new GradleDetector(),
          new PythonDetector(),
          new RubyDetector(),
          new GoDetector(),
          new CargoDetector(),
          new PhpDetector(),
          new NodeDetector());

  /// The program in this folder. The commands of a Procfile take precedence.
  static Optional<Found> program(Folder folder) {
    var found =
        ALL.stream().map(detector -> detector.detect(folder)).flatMap(Optional::stream).findFirst();
    return Procfile.apply(folder, found);
  }
}
