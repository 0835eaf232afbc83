package run.ephemeral.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.EventStream;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.LogPrinter;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Records;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.LogLine;

@Command(
    name = "logs",
    description = "Print what services, builds and tests wrote.",
    footerHeading = "%nExamples%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} logs pr-shop-1 web -f",
      "  ${ROOT-COMMAND-NAME} logs pr-shop-1 --source build --tail 50",
      "  ${ROOT-COMMAND-NAME} logs -f                      all environments"
    })
final class LogsCommand implements Callable<Integer> {
  private final Cli cli;
  private final AtomicReference<@Nullable CliFault> lost = new AtomicReference<>();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The environment. Default: all.")
  private @Nullable String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "One of its parts. Default: all.")
  private @Nullable String service;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes.")
  private boolean follow;

  @Option(
      names = "--tail",
      paramLabel = "N",
      description =
          "Only the last lines of each part, at most " + LogLine.MOST_TAIL + ". Default: 200.")
  private @Nullable Integer tail;

  enum Source {
    build,
    run,
    test
  }

  @Option(
      names = "--source",
      paramLabel = "SOURCE",
      description = "Only what was written by build, run or test.")
  private @Nullable Source source;

  LogsCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (tail != null && tail < 0) {
      throw new CliFault(Exit.USAGE, "--tail is a number of lines, and cannot be " + tail);
    }
    if (tail != null && tail > LogLine.MOST_TAIL) {
      cli.err()
          .line(
              "note: --tail is at most %d, so only so many lines of each part come"
                  .formatted(LogLine.MOST_TAIL));
    }
    var api = cli.api();
    var environments = new Environments(cli, api);
    var found = name != null ? List.of(environments.find(name).environment()) : environments.all();
    var names = found.stream().map(EnvironmentView::name).toList();
    if (names.isEmpty()) {
      cli.err().line("No environments, so no logs.");
      return Exit.OK;
    }
    found.forEach(this::noteQueued);
    if (follow) {
      follow(api, names);
    } else {
      print(api, names);
    }
    return Exit.OK;
  }

  /// Nothing of it has run yet, so there are no lines.
  private void noteQueued(EnvironmentView environment) {
    if (environment.phase().equals("queued")) {
      cli.err()
          .line(
              "note: %s has no logs yet: it is %s, %s"
                  .formatted(
                      environment.name(), environment.phase(), Plain.of(environment.reason())));
    }
  }

  private void print(ControlPlane api, List<String> names) {
    var printer = printer();
    var all = JsonNodeFactory.instance.arrayNode();
    for (var environment : names) {
      var answer = api.get(Environments.path(environment) + "/logs" + query());
      var lines = Json.readAll(answer, LogLine.class);
      if (answer instanceof ArrayNode array) {
        all.addAll(array);
      }
      if (!cli.format().forPrograms()) {
        printer.expect(lines, prefix(names, environment));
        lines.forEach(line -> printer.print(line, prefix(names, environment)));
      }
    }
    if (cli.format().forPrograms()) {
      Records.print(cli.out(), cli.format(), all);
    }
  }

  private void follow(ControlPlane api, List<String> names) throws InterruptedException {
    var printer = printer();
    var streams = new ArrayList<EventStream>();
    for (var environment : names) {
      streams.add(api.stream(Environments.path(environment) + "/logs/stream" + query()));
    }
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < names.size(); i++) {
      var stream = streams.get(i);
      var prefix = prefix(names, names.get(i));
      var path = Environments.path(names.get(i));
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    pour(stream, printer, prefix, streams);
                    checkGone(api, path);
                  }));
    }
    for (var thread : threads) {
      thread.join();
    }
    var fault = lost.get();
    if (fault != null) {
      throw fault;
    }
  }

  private void pour(
      EventStream stream, LogPrinter printer, String prefix, List<EventStream> streams) {
    try {
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        if (cli.format().forPrograms()) {
          Records.printOne(cli.out(), cli.format(), next.get().tree());
        } else {
          printer.print(next.get().as(LogLine.class), prefix);
        }
        if (cli.out().closed()) {
          streams.forEach(EventStream::close);
          return;
        }
      }
    } catch (CliFault e) {
      lost.compareAndSet(null, e);
    }
  }

  /// The lines of an environment that is there end only with the control plane.
  private void checkGone(ControlPlane api, String path) {
    try {
      if (!cli.out().closed() && api.find(path).isPresent()) {
        lost.compareAndSet(null, EventStream.ended());
      }
    } catch (CliFault e) {
      lost.compareAndSet(null, e);
    }
  }

  private LogPrinter printer() {
    return new LogPrinter(cli.out(), name == null || service == null);
  }

  private static String prefix(List<String> names, String environment) {
    return names.size() > 1 ? environment : "";
  }

  private String query() {
    var parts = new ArrayList<String>();
    if (service != null) {
      parts.add("component=" + ControlPlane.encoded(service));
    }
    if (source != null) {
      parts.add("source=" + source);
    }
    if (tail != null) {
      parts.add("tail=" + tail);
    }
    return parts.isEmpty() ? "" : "?" + String.join("&", parts);
  }
}
