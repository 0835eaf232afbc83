package run.ephemeral.core.spec;

import java.util.Optional;

/// The source of a golden database's content. A bare string in the file is its `path`.
public record SeedSpec(
    @Doc(
            "An SQL file, or a folder of SQL files run in order of their names; with `run`, the"
                + " folder the command runs in.")
        String path,
    @Doc("A command that fills the database in $DATABASE_URL.") Optional<String> run) {}
