package run.ephemeral.cli.init;

import java.util.Optional;

/// Commands that create a program's tables, for frameworks whose programs do not do that
/// themselves.
final class Migrations {
  private Migrations() {}

  /// The command that migrates the database; it is idempotent.
  static Optional<String> of(NodePackage node) {
    var folder = node.folder();
    var schema = node.json().path("prisma").path("schema").asText("prisma/schema.prisma");
    var slash = schema.lastIndexOf('/');
    if (folder.has((slash < 0 ? "" : schema.substring(0, slash + 1)) + "migrations")
        && node.dependsAtAll("@prisma/client")) {
      return Optional.of(node.execute("prisma migrate deploy"));
    }
    if (node.dependsAtAll("knex") && folder.firstOf("knexfile.js", "knexfile.ts").isPresent()) {
      return Optional.of(node.execute("knex migrate:latest"));
    }
    return node.dependsAtAll("sequelize-cli") && folder.has("migrations")
        ? Optional.of(node.execute("sequelize-cli db:migrate"))
        : Optional.empty();
  }

  /// Like [#of], for Python.
  static Optional<String> ofPython(Folder folder) {
    return folder.has("alembic.ini")
        ? Optional.of(PythonDetector.PYTHON + " -m alembic upgrade head")
        : Optional.empty();
  }
}
