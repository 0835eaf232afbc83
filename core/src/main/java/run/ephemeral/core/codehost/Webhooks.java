package run.ephemeral.core.codehost;

import run.ephemeral.core.Sealed;

/// How a code host tells the control plane that something changed.
///
/// @param url at which the host reaches the control plane, without a slash at the end
/// @param secret with which deliveries are signed
public record Webhooks(String url, Sealed secret) {}
