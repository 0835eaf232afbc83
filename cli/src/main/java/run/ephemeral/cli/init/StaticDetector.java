package run.ephemeral.cli.init;

import java.util.Optional;

/// Static pages: served by python3 or the JDK's file server.
final class StaticDetector implements Detector {
  private final boolean python;

  /// @param python whether python3 is on PATH; the JDK has a file server too
  StaticDetector(boolean python) {
    this.python = python;
  }

  @Override
  public Optional<Found> detect(Folder folder) {
    return folder
        .firstOf("index.html", "public/index.html", "docs/index.html", "site/index.html")
        .map(page -> Found.of(page, Optional.empty(), serve(page)));
  }

  private String serve(String page) {
    var slash = page.lastIndexOf('/');
    var folder = slash < 0 ? "" : page.substring(0, slash);
    if (python) {
      var where = folder.isEmpty() ? "" : " -d " + folder;
      return "python3 -m http.server $PORT -b 127.0.0.1" + where;
    }
    var where = folder.isEmpty() ? "" : " -d \"$PWD/" + folder + "\"";
    return "$JAVA_HOME/bin/jwebserver -p $PORT" + where;
  }
}
