package run.ephemeral.codehost.github;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.CodeHost.Pipeline;
import run.ephemeral.core.pullrequest.RepositoryName;

/// Verifies the tokens that GitHub Actions issues to jobs (OpenID Connect). Its keys are fetched
/// when they are needed first, and again when an unknown one has signed.
final class PipelineTokens {
  private static final int WITHIN_MILLIS = 5_000;
  private static final int LARGEST = 256 << 10;
  private static final Set<String> NEEDED = Set.of("exp", "iat", "repository", "repository_id");

  private final String name;
  private final String issuer;
  private final JWSKeySelector<SecurityContext> keys;

  /// @param name of the code host
  /// @param url where its pages begin
  PipelineTokens(String name, String url) {
    this.name = name;
    issuer = GitHubApi.issuer(url);
    try {
      var source =
          JWKSourceBuilder.create(
                  URI.create(issuer + "/.well-known/jwks").toURL(),
                  new DefaultResourceRetriever(WITHIN_MILLIS, WITHIN_MILLIS, LARGEST))
              .refreshAheadCache(false)
              .build();
      keys = new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, source);
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(url, e);
    }
  }

  /// @param audiences for one of which it has to be issued
  Pipeline read(String token, Set<String> audiences) {
    var processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(keys);
    var exact = new JWTClaimsSet.Builder().issuer(issuer).build();
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(new HashSet<>(audiences), exact, NEEDED, Set.of()));
    try {
      var claims = processor.process(token, null);
      var path = claims.getStringClaim("repository").toLowerCase(Locale.ROOT);
      return new Pipeline(new RepositoryName(name, path), claims.getStringClaim("repository_id"));
    } catch (KeySourceException e) {
      var message = "the keys of %s cannot be fetched: %s".formatted(issuer, e.getMessage());
      throw new FaultException(Fault.external(message, e), e);
    } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException e) {
      throw new FaultException(
          Fault.user("the token of the pipeline is not valid: " + e.getMessage()), e);
    }
  }
}
