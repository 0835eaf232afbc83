package run.ephemeral.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import run.ephemeral.testkit.Eventually;

/// An app of one small program that starts within milliseconds, with any number of pull requests;
/// and the same program started without the product.
final class Nap {
  private static final int MOST_STARTS = 5;
  private static final List<String> COMMAND = List.of("/bin/sh", "-c", "exec perl server.pl");

  private final Path repository;
  private final Product product;

  /// Creates the repository and follows it.
  Nap(Product product, int pullRequests) throws IOException, InterruptedException {
    this.product = product;
    this.repository = product.folder.resolve("nap");
    Files.createDirectories(repository);
    for (var file : List.of("ephemeral.yaml", "server.pl")) {
      try (var in = Nap.class.getResourceAsStream("/nap/" + file)) {
        Files.write(repository.resolve(file), java.util.Objects.requireNonNull(in).readAllBytes());
      }
    }
    Product.git(repository, "init", "-q", "-b", "main");
    Product.git(repository, "add", "-A");
    Product.git(repository, "commit", "-q", "-m", "Nap");
    for (int i = 1; i <= pullRequests; i++) {
      var commit =
          Product.git(repository, "commit-tree", "main^{tree}", "-p", "main", "-m", "" + i);
      Product.git(repository, "branch", "nap-" + i, commit);
    }
    product.run("app", "add", repository.toString());
    for (int i = 1; i <= pullRequests; i++) {
      product.plane.awaitPhase(name(i), "ready");
    }
  }

  static String name(int pullRequest) {
    return "pr-nap-" + pullRequest;
  }

  private String host(int pullRequest) {
    return name(pullRequest) + ".localhost:" + product.plane.gatewayPort();
  }

  /// Puts the first `pullRequests` environments to sleep.
  void sleep(int pullRequests) {
    for (int i = 1; i <= pullRequests; i++) {
      product.plane.command(name(i), "sleep");
    }
    for (int i = 1; i <= pullRequests; i++) {
      awaitRest(name(i));
    }
  }

  /// Waits until the environment sleeps and nothing of it runs.
  private void awaitRest(String name) {
    Eventually.eventually(
        name + " sleeps",
        () -> {
          var environment = product.plane.environment(name);
          return environment.path("phase").asText().equals("asleep")
              && environment.path("settled").asBoolean();
        });
  }

  Visit visit(int pullRequest) {
    return Visit.to(product.plane.gatewayPort(), host(pullRequest), "/");
  }

  /// The id of the environment's newest event.
  long lastEvent(int pullRequest) {
    return diary(pullRequest).mapToLong(event -> event.get("id").asLong()).max().orElse(0);
  }

  /// The number of wakes by a visit after the event `since`.
  long wakes(int pullRequest, long since) {
    return diary(pullRequest)
        .filter(event -> event.get("id").asLong() > since)
        .filter(event -> event.get("text").asText().startsWith("wakes:"))
        .count();
  }

  /// The time of the first event of each kind after the event `since`.
  Map<String, Instant> moments(int pullRequest, long since) {
    var moments = new HashMap<String, Instant>();
    diary(pullRequest)
        .filter(event -> event.get("id").asLong() > since)
        .forEach(
            event ->
                moments.merge(
                    event.get("step").asText(),
                    Instant.parse(event.get("at").asText()),
                    (one, other) -> one.isBefore(other) ? one : other));
    return moments;
  }

  private Stream<JsonNode> diary(int pullRequest) {
    var events = product.plane.get("/environments/" + name(pullRequest) + "/events?limit=200");
    return StreamSupport.stream(events.spliterator(), false);
  }

  /// Starts the program without the product and polls until it answers; then `visitors` send a
  /// request at once.
  ///
  /// @return time from the start to each visitor's first byte
  List<Duration> bare(int visitors) {
    for (int i = 0; i < MOST_STARTS; i++) {
      var durations = tryBare(visitors);
      if (durations.isPresent()) {
        return durations.get();
      }
    }
    throw new IllegalStateException(COMMAND + " ended " + MOST_STARTS + " times at once");
  }

  /// Empty when another program has taken the port.
  private Optional<List<Duration>> tryBare(int visitors) {
    try {
      var port = Bare.freePort();
      var began = System.nanoTime();
      var builder = new ProcessBuilder(COMMAND).directory(repository.toFile());
      builder.environment().put("PORT", Integer.toString(port));
      var process = builder.start();
      try {
        if (!Visit.isAnswered(port, "localhost", "/", process::isAlive)) {
          return Optional.empty();
        }
        // The answer is another program's when this one could not have the port.
        if (!process.isAlive()) {
          return Optional.empty();
        }
        var up = Duration.ofNanos(System.nanoTime() - began);
        return Optional.of(
            visitors == 1
                ? List.of(up)
                : together(visitors, i -> Visit.to(port, "localhost", "/")).stream()
                    .map(visit -> up.plus(visit.firstByte()))
                    .toList());
      } finally {
        process.destroyForcibly();
        process.waitFor();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Runs `work` concurrently `times` times.
  ///
  /// @param work is given 1, 2, 3, …
  static <T> List<T> together(int times, IntFunction<T> work) throws InterruptedException {
    var results = new ArrayList<T>();
    var threads =
        IntStream.rangeClosed(1, times)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .unstarted(
                            () -> {
                              var result = work.apply(i);
                              synchronized (results) {
                                results.add(result);
                              }
                            }))
            .toList();
    threads.forEach(Thread::start);
    for (var thread : threads) {
      thread.join();
    }
    return results;
  }
}
