package run.ephemeral.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.cli.Exit;
import run.ephemeral.cli.Main;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.gateway.Notice;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.gateway.Gateway;
import run.ephemeral.gateway.GatewayConfig;

/// Runs the commands that the gateway's pages mention, as they are printed.
class PageCommandsTest {
  private static final EnvironmentName NAME = new EnvironmentName("pr-shop-1");
  private static final ComponentName WEB = new ComponentName("web");
  private static final Pattern COMMAND = Pattern.compile("<code>ephemeral ([^<]*)</code>");

  @TempDir Path folder;

  @Test
  void makeSenseToTheCommandLine() throws Exception {
    var commands = commands();
    assertThat(commands).contains("list", "show pr-shop-1", "logs pr-shop-1 web");
    for (var command : commands) {
      assertThat(exit(command)).as(command).isEqualTo(Exit.NO_CONTROL_PLANE);
    }
    assertThat(exit("status pr-shop-1")).as("what makes no sense").isEqualTo(Exit.USAGE);
  }

  private static Set<String> commands() throws Exception {
    var commands = new TreeSet<String>();
    try (var client = HttpClient.newHttpClient();
        var gateway = new Gateway(GatewayConfig.local(0).withLimits(impatient()), _ -> {})) {
      gateway.start();
      for (var phase : Phase.values()) {
        for (var front : List.of(Optional.of(WEB), Optional.<ComponentName>empty())) {
          gateway.show(
              NAME, new Notice(phase, front, Set.of(), "A headline.", List.of(), List.of()));
          for (var host : List.of("nobody", "pr-shop-1", "api--pr-shop-1")) {
            addFrom(page(client, gateway, host, "none"), commands);
          }
        }
      }
      var passes = String.join(",", Collections.nCopies(50, "ephemeral.run"));
      gateway.show(
          NAME,
          new Notice(Phase.READY, Optional.of(WEB), Set.of(), "A headline.", List.of(), List.of()));
      addFrom(page(client, gateway, "pr-shop-1", passes), commands);
    }
    return commands;
  }

  private static GatewayConfig.Limits impatient() {
    return GatewayConfig.Limits.usual().withHeld(0, Duration.ZERO);
  }

  private static String page(HttpClient client, Gateway gateway, String label, String passes)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port()))
            .header("Host", label + ".localhost")
            .header("Accept", "text/html")
            .header("CDN-Loop", passes)
            .build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  private static void addFrom(String page, Set<String> commands) {
    var found = COMMAND.matcher(page);
    while (found.find()) {
      commands.add(found.group(1));
    }
  }

  /// Without a control plane a valid command ends with [Exit#NO_CONTROL_PLANE].
  private int exit(String command) throws Exception {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    line.addAll(List.of(command.split(" ")));
    var builder = new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("EPHEMERAL_HOME", folder.resolve("home").toString());
    builder.environment().remove("EPHEMERAL_SERVER");
    var process = builder.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).as(command).isNotEmpty();
    return process.waitFor();
  }
}
