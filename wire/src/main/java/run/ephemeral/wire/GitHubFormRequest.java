package run.ephemeral.wire;

import org.jspecify.annotations.Nullable;

/// Asks for the form by which a GitHub App is made.
///
/// @param url of the GitHub
/// @param organization that will own the App; absent for the person who makes it
/// @param name of the App, at most 34 letters
/// @param redirect where the browser is led to with a `code`
/// @param webhooks the URL at which GitHub reaches the control plane; absent for no webhook
public record GitHubFormRequest(
    String url,
    @Nullable String organization,
    String name,
    String redirect,
    @Nullable String webhooks) {}
