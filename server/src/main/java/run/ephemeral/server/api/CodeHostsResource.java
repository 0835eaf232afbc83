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
import run.ephemeral.core.FaultException;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHostAccess;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.Webhooks;
import run.ephemeral.server.CodeHostAdmin;
import run.ephemeral.wire.CodeHostView;
import run.ephemeral.wire.SetUpCodeHostRequest;

/// The code hosts whose pull requests can be followed.
@Path("/api/v1/code-hosts")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class CodeHostsResource {
  private final CodeHostAdmin admin;

  CodeHostsResource(CodeHostAdmin admin) {
    this.admin = admin;
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
    var token = Required.in(request, SetUpCodeHostRequest::token, "token");
    var done = admin.setUp(kind, url, token, Optional.ofNullable(request.webhooks()));
    return view(done.host(), Optional.empty(), Optional.of(done.check()));
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
        .orElseThrow(() -> new IllegalArgumentException("`kind` must be `gitea`"));
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
        admin.lastDelivery(host).orElse(null));
  }
}
