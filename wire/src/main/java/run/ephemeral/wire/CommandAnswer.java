package run.ephemeral.wire;

/// What became of a command.
///
/// @param text a sentence for the person who asked
public record CommandAnswer(String text, EnvironmentView environment) {}
