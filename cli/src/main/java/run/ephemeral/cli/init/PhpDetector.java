package run.ephemeral.cli.init;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/// Laravel, and anything with an `index.php`: served by PHP's built-in server.
final class PhpDetector implements Detector {
  private static final String INSTALL = "composer install -q --no-interaction --no-dev";

  @Override
  public Optional<Found> detect(Folder folder) {
    var composer = folder.json("composer.json");
    var needs = composer.path("require");
    var build =
        Optional.of(INSTALL)
            .filter(any -> needs.properties().stream().anyMatch(PhpDetector::isPackage));
    var postgres = needs.has("ext-pdo_pgsql") || needs.has("ext-pgsql");
    if (folder.has("artisan")) {
      var run = "php artisan migrate --force && php artisan serve --host 127.0.0.1 --port $PORT";
      return Optional.of(Found.of("composer.json, Laravel", build, run).with(postgres));
    }
    return folder
        .firstOf("public/index.php", "web/index.php", "index.php")
        .map(
            page ->
                Found.of(page, build, "php -S 127.0.0.1:$PORT -t " + parent(page)).with(postgres));
  }

  /// Excludes PHP itself and its extensions, which must be installed on the machine.
  private static boolean isPackage(Map.Entry<String, JsonNode> need) {
    return need.getKey().contains("/");
  }

  private static String parent(String page) {
    var slash = page.lastIndexOf('/');
    return slash < 0 ? "." : page.substring(0, slash);
  }
}
