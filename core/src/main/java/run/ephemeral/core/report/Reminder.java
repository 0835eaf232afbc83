package run.ephemeral.core.report;

import java.util.Optional;

/// What a pull request is told once, in a comment of its own.
///
/// @param key of the occasion, such as `expires`; one that was told is told no more
/// @param text Markdown; empty for what is only remembered
public record Reminder(String key, Optional<String> text) {}
