package run.ephemeral.core.pullrequest;

/// A proposal to change an app. All of it but the number is chosen by strangers.
///
/// @param number never used again for another
/// @param commit the head
public record PullRequest(int number, String title, String branch, String author, String commit) {}
