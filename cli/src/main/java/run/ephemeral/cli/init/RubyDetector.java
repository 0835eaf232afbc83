package run.ephemeral.cli.init;

import java.util.Optional;

/// Rails, and anything with a `config.ru`.
final class RubyDetector implements Detector {
  private static final String INSTALL =
      "bundle config set --local path vendor/bundle && bundle install";

  @Override
  public Optional<Found> detect(Folder folder) {
    if (!folder.has("Gemfile")) {
      return Optional.empty();
    }
    var gems = folder.text("Gemfile");
    var postgres = gems.matches("(?s).*gem\\s*\\(?['\"]pg['\"].*");
    return program(folder, gems).map(found -> found.withBuild(INSTALL).with(postgres));
  }

  private static Optional<Found> program(Folder folder, String gems) {
    if (gems.matches("(?s).*gem\\s*\\(?['\"]rails['\"].*")) {
      return Optional.of(
          Found.of(
                  "Gemfile, Rails",
                  Optional.empty(),
                  "bundle exec rails db:prepare && bundle exec rails server -b 127.0.0.1 -p $PORT")
              .withHealth(
                  Optional.of("/up")
                      .filter(path -> folder.text("config/routes.rb").contains("rails/health"))));
    }
    return folder.has("config.ru")
        ? Optional.of(
            Found.of("Gemfile, Rack", Optional.empty(), "bundle exec rackup -o 127.0.0.1 -p $PORT"))
        : Optional.empty();
  }
}
