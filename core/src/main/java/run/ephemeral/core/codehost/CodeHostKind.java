package run.ephemeral.core.codehost;

/// A product that people sign in to for pull requests.
public enum CodeHostKind {
  /// Gitea, and Forgejo, which has the same API.
  GITEA,
  /// GitHub, and GitHub Enterprise Server.
  GITHUB
}
