package run.ephemeral.wire;

/// The result of a command.
///
/// @param text a sentence for the person who asked
public record CommandAnswer(String text, EnvironmentView environment) {}
