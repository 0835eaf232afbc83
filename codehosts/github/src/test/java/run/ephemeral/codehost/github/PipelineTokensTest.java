package run.ephemeral.codehost.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.testkit.github.Actions;
import run.ephemeral.testkit.github.GitHub;

/// Only what GitHub signed for this control plane says which repository asks.
@EnabledIf("run.ephemeral.testkit.github.GitHub#isThere")
class PipelineTokensTest {
  private static final String URL = "https://ephemeral.example.com";
  private static final String SHOP = "acme/shop";

  @TempDir private Path temporary;
  private GitHub github;
  private PipelineTokens tokens;

  @BeforeEach
  void begin() {
    github = new GitHub(temporary);
    tokens = new PipelineTokens("github", github.url());
  }

  @AfterEach
  void end() {
    github.close();
  }

  private RepositoryName repository(String token) {
    return tokens.read(token, Set.of("http://127.0.0.1:7070", URL)).repository();
  }

  private void refused(String token, String why) {
    var fault = catchThrowableOfType(FaultException.class, () -> repository(token)).fault();
    assertThat(fault.kind()).isEqualTo(Fault.Kind.USER);
    assertThat(fault.message()).contains(why);
  }

  private Actions actions() {
    return github.actions();
  }

  @Test
  void aTokenOfAJobSaysItsRepository() {
    var name = new RepositoryName("github", SHOP);
    assertThat(repository(actions().token(SHOP, URL))).isEqualTo(name);
    assertThat(repository(actions().token("Acme/Shop", URL))).isEqualTo(name);
  }

  @Test
  void aTokenForSomebodyElseIsRefused() {
    refused(actions().token(SHOP, "https://other.example.com"), "audience");
    refused(actions().token(SHOP, URL + ".evil.example.com"), "audience");
  }

  @Test
  void whatGitHubDidNotSignIsRefused() {
    KeyPair other = Actions.keys();
    refused(actions().token(SHOP, URL, "RS256", other, claims -> {}), "signature");
    refused(actions().token(SHOP, URL, "none", other, claims -> {}), "not valid");
    refused(actions().token(SHOP, URL, "HS256", other, claims -> {}), "not valid");
    var parts = actions().token(SHOP, URL).split("\\.", -1);
    var changed = actions().token("evil/shop", URL).split("\\.", -1)[1];
    refused(parts[0] + "." + changed + "." + parts[2], "signature");
    refused("x", "not valid");
    refused("a.b.c", "not valid");
    refused("x".repeat(8000), "not valid");
  }

  @Test
  void whatIsOverOrOfAnotherIssuerOrOfNoRepositoryIsRefused() {
    var signer = actions();
    var before = Instant.now().minusSeconds(3600).getEpochSecond();
    var later = Instant.now().plusSeconds(3600).getEpochSecond();
    refused(signer.token(SHOP, URL, claims -> claims.put("exp", before)), "Expired");
    refused(signer.token(SHOP, URL, claims -> claims.put("nbf", later)), "before");
    refused(signer.token(SHOP, URL, claims -> claims.put("iss", "https://evil")), "iss");
    refused(signer.token(SHOP, URL, claims -> claims.remove("exp")), "exp");
    refused(signer.token(SHOP, URL, claims -> claims.remove("aud")), "aud");
    refused(signer.token(SHOP, URL, claims -> claims.remove("repository")), "repository");
    refused(signer.token(SHOP, URL, claims -> claims.remove("repository_id")), "repository_id");
    refused(signer.token(SHOP, URL, claims -> claims.put("repository", 7)), "not valid");
    refused(signer.token(SHOP, URL, claims -> claims.put("repository", "")), "not valid");
  }

  @Test
  void keysThatCannotBeFetchedAreNoFaultOfTheJob() {
    var token = actions().token(SHOP, URL);
    github.close();
    var fault = catchThrowableOfType(FaultException.class, () -> repository(token)).fault();
    assertThat(fault.kind()).isEqualTo(Fault.Kind.EXTERNAL);
  }

  @Test
  void eachGitHubHasItsOwnIssuer() {
    assertThat(GitHubApi.issuer("https://github.com"))
        .isEqualTo("https://token.actions.githubusercontent.com");
    assertThat(GitHubApi.issuer("https://acme.ghe.com"))
        .isEqualTo("https://token.actions.acme.ghe.com");
    assertThat(GitHubApi.issuer("https://git.example.com"))
        .isEqualTo("https://git.example.com/_services/token");
  }
}
