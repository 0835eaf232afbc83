package run.ephemeral.server.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.ResponseStatus;
import run.ephemeral.codehost.github.GitHubAccess;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHostAccess;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.Webhooks;
import run.ephemeral.server.CodeHostAdmin;
import run.ephemeral.server.CodeHostAdmin.Credential;
import run.ephemeral.wire.CodeHostView;
import run.ephemeral.wire.GitHubFormRequest;
import run.ephemeral.wire.GitHubFormView;
import run.ephemeral.wire.SetUpCodeHostRequest;
import run.ephemeral.wire.SetUpCodeHostRequest.GitHubApp;

/// The code hosts whose pull requests can be followed.
@Path("/api/v1/code-hosts")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class CodeHostsResource {
  /// GitHub's own limit.
  private static final int LONGEST_NAME = 34;

  private final CodeHostAdmin admin;
  private final GitHubAccess gitHub;

  CodeHostsResource(CodeHostAdmin admin, GitHubAccess gitHub) {
    this.admin = admin;
    this.gitHub = gitHub;
  }

  @GET
  public List<CodeHostView> listCodeHosts() {
    return admin.all().stream().map(this::view).toList();
  }

  /// Asks the host.
  @GET
  @Path("/{name}")
  public CodeHostView showCodeHost(@PathParam("name") String name) {
    return asked(found(name));
  }

  /// Adds a code host, or replaces its token.
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @ResponseStatus(201)
  @APIResponseSchema(value = CodeHostView.class, responseCode = "201")
  public CodeHostView setUpCodeHost(SetUpCodeHostRequest request) {
    var kind = kind(Required.in(request, SetUpCodeHostRequest::kind, "kind"));
    var url = Required.in(request, SetUpCodeHostRequest::url, "url");
    var webhooks = Optional.ofNullable(request.webhooks());
    var done = admin.setUp(kind, url, where -> credential(kind, where, request), webhooks);
    return view(done.host(), Optional.empty(), Optional.of(done.check()));
  }

  private Credential credential(CodeHostKind kind, String url, SetUpCodeHostRequest request) {
    return switch (kind) {
      case GITEA -> Credential.token(Required.in(request, SetUpCodeHostRequest::token, "token"));
      case GITHUB -> {
        if (request.code() != null) {
          var made = gitHub.make(url, request.code());
          yield new Credential(made.credential(), made.secret(), true);
        }
        var app = Required.in(request, SetUpCodeHostRequest::app, "app");
        var key = Required.in(app, GitHubApp::privateKey, "app.privateKey");
        var secret = Optional.ofNullable(app.webhookSecret()).map(String::strip);
        if (request.webhooks() != null && secret.isEmpty()) {
          throw new IllegalArgumentException(
              "with `webhooks`, `app.webhookSecret` must be the secret of the App's webhook");
        }
        yield new Credential(GitHubAccess.credential(app.id(), key), secret, false);
      }
    };
  }

  /// The form by which a GitHub App is made.
  @POST
  @Path("/github-form")
  @Consumes(MediaType.APPLICATION_JSON)
  public GitHubFormView gitHubForm(GitHubFormRequest request) {
    var url = Required.in(request, GitHubFormRequest::url, "url");
    var name = Required.in(request, GitHubFormRequest::name, "name");
    var redirect = Required.in(request, GitHubFormRequest::redirect, "redirect");
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("`name` has at most %d letters".formatted(LONGEST_NAME));
    }
    var form =
        admin.form(
            url,
            Optional.ofNullable(request.organization()),
            name,
            redirect,
            Optional.ofNullable(request.webhooks()));
    gitHub.probe(form.url());
    return new GitHubFormView(form.action(), form.manifest());
  }

  @DELETE
  @Path("/{name}")
  public void removeCodeHost(@PathParam("name") String name) {
    admin.remove(found(name));
  }

  private static CodeHostKind kind(String text) {
    return Arrays.stream(CodeHostKind.values())
        .filter(kind -> word(kind).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("`kind` must be `gitea` or `github`"));
  }

  private static String word(CodeHostKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private AddedCodeHost found(String name) {
    return admin.all().stream()
        .filter(host -> host.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new Problems.Absent("there is no code host `%s`".formatted(name)));
  }

  private CodeHostView view(AddedCodeHost host) {
    return view(host, admin.problem(host), Optional.empty());
  }

  private CodeHostView asked(AddedCodeHost host) {
    try {
      return view(host, Optional.empty(), Optional.of(admin.check(host)));
    } catch (FaultException e) {
      return view(host, Optional.of(e.fault().message()), Optional.empty());
    }
  }

  private CodeHostView view(
      AddedCodeHost host, Optional<String> problem, Optional<CodeHostAccess.Check> check) {
    return new CodeHostView(
        host.name(),
        word(host.kind()),
        host.url(),
        host.addedAt(),
        admin.apps(host),
        problem.orElse(null),
        check.map(CodeHostAccess.Check::user).orElse(null),
        check.map(CodeHostAccess.Check::version).orElse(null),
        host.webhooks().map(Webhooks::url).orElse(null),
        admin.lastDelivery(host).orElse(null),
        check.map(CodeHostAccess.Check::notes).orElse(List.of()));
  }
}
