package run.ephemeral.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import run.ephemeral.testkit.TestBed;

/// Notes when objects of a kind come into the cluster, by kubectl's watch.
final class ObjectWatch implements AutoCloseable {
  private static final String LINE = "jsonpath={.metadata.namespace} {.metadata.name}{\"\\n\"}";

  private final Process kubectl;
  private final Map<String, Set<String>> seen = new HashMap<>();
  private final Map<String, Long> newest = new HashMap<>();
  private boolean hasEnded;

  /// @param kind such as `deployments`
  ObjectWatch(String kind) throws IOException {
    var command = List.of("get", kind, "--all-namespaces", "--watch", "--output", LINE);
    var builder = new ProcessBuilder(Bed.program("kubectl").toString());
    builder.command().addAll(List.of("--kubeconfig", TestBed.kubeconfig().toString()));
    builder.command().addAll(command);
    kubectl = builder.start();
    // A virtual thread that is blocked by a pipe takes one of the few platform threads that carry
    // virtual ones.
    Thread.ofPlatform().daemon().name(kind).start(this::read);
  }

  private void read() {
    try (var lines = new BufferedReader(kubectl.inputReader())) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line.split(" ", 2));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      end();
    }
  }

  private synchronized void end() {
    hasEnded = true;
    notifyAll();
  }

  private synchronized void add(String[] words) {
    if (seen.computeIfAbsent(words[0], _ -> new HashSet<>()).add(words[1])) {
      newest.put(words[0], System.nanoTime());
      notifyAll();
    }
  }

  /// Waits until a namespace has this many.
  ///
  /// @return `System.nanoTime()` of then
  /// @throws IllegalStateException when kubectl ended, such as after a pause of the machine
  synchronized long await(String namespace, int count) throws InterruptedException {
    while (seen.getOrDefault(namespace, Set.of()).size() < count) {
      if (hasEnded) {
        throw new IllegalStateException("kubectl does not watch any more");
      }
      wait();
    }
    return newest.getOrDefault(namespace, 0L);
  }

  @Override
  public void close() {
    kubectl.destroy();
  }
}
