package run.ephemeral.core.codehost;

import java.time.Instant;
import java.util.Optional;
import run.ephemeral.core.Sealed;

/// A code host that was added to the installation.
///
/// @param name the host of its URL, with the port if there is one
/// @param url where its pages begin, without a slash at the end
/// @param token with which it is asked
/// @param webhooks empty when it is only asked
public record AddedCodeHost(
    String name,
    CodeHostKind kind,
    String url,
    Sealed token,
    Optional<Webhooks> webhooks,
    Instant addedAt) {
  /// One that is only asked.
  public AddedCodeHost(String name, CodeHostKind kind, String url, Sealed token, Instant addedAt) {
    this(name, kind, url, token, Optional.empty(), addedAt);
  }
}
