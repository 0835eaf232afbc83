package run.ephemeral.wire;

/// A form that a browser posts to GitHub, which then makes a GitHub App.
///
/// @param action to which it is posted, with a query of a `state` of the caller
/// @param manifest the value of its field `manifest`
public record GitHubFormView(String action, String manifest) {}
