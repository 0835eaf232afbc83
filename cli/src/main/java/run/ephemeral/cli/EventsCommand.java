package run.ephemeral.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.EventStream;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.EventLine;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.EventView;

@Command(
    name = "events",
    description = "Print what happened, and how long it took.",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} events pr-shop-1",
      "  ${ROOT-COMMAND-NAME} events -f                    all environments, as it happens"
    })
final class EventsCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The environment. Default: all.")
  private @Nullable String name;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes.")
  private boolean follow;

  EventsCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var line = new EventLine(cli.out());
    var api = cli.api();
    var environments = new Environments(cli, api);
    var names =
        name != null
            ? List.of(environments.find(name).name())
            : environments.all().stream().map(EnvironmentView::name).toList();
    var past = past(api, names);
    if (cli.format().forPrograms() && !follow) {
      Records.print(cli.out(), cli.format(), JsonNodeFactory.instance.arrayNode().addAll(past));
    } else {
      line.expect(past.stream().map(event -> Json.read(event, EventView.class)).toList());
      past.forEach(event -> print(event, line));
    }
    if (follow) {
      follow(api, names, past.isEmpty() ? 0 : id(past.getLast()), line);
    } else if (past.isEmpty()) {
      cli.err().line("Nothing happened yet.");
    }
    return Exit.OK;
  }

  private static List<JsonNode> past(ControlPlane api, List<String> names) {
    var events = new ArrayList<JsonNode>();
    for (var each : names) {
      api.get(Environments.path(each) + "/events").forEach(events::add);
    }
    events.sort(Comparator.comparingLong(EventsCommand::id));
    return events;
  }

  private static long id(JsonNode event) {
    return event.path("id").asLong();
  }

  private void follow(ControlPlane api, List<String> names, long after, EventLine line) {
    var one = name == null ? "" : "&environment=" + ControlPlane.encoded(names.getFirst());
    try (var stream = api.stream("/stream?after=" + after + one)) {
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        show(next.get(), line);
        if (cli.out().closed()) {
          return;
        }
      }
      throw new CliFault(Exit.NO_CONTROL_PLANE, "lost the control plane: it ended");
    }
  }

  private void show(EventStream.Message message, EventLine line) {
    if (message.type().equals("event")) {
      print(message.tree(), line);
    }
  }

  private void print(JsonNode event, EventLine line) {
    if (cli.format().forPrograms()) {
      Records.printOne(cli.out(), cli.format(), event);
    } else {
      var read = Json.read(event, EventView.class);
      line.expect(List.of(read));
      cli.out().line(line.history(read, cli.now(), name == null));
    }
  }
}
