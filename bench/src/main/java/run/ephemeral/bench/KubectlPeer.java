package run.ephemeral.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import run.ephemeral.testkit.TestBed;

/// The objects of an environment in another namespace, by kubectl.
final class KubectlPeer implements AutoCloseable {
  private static final String NAMESPACE = "bench-kubectl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path namespace;
  private final Path objects;

  /// @param from the namespace to copy
  KubectlPeer(Path folder, String from, String kinds) throws IOException {
    var space = JSON.readTree(TestBed.kubectl("get", "ns", from, "-o", "json"));
    namespace = write(folder.resolve("namespace.json"), stripped(space));
    var list = JSON.readTree(TestBed.kubectl("-n", from, "get", kinds, "-o", "json"));
    for (var item : list.path("items")) {
      stripped(item);
    }
    objects = write(folder.resolve("objects.json"), list);
  }

  private static Path write(Path file, JsonNode tree) throws IOException {
    return Files.writeString(file, tree.toString());
  }

  /// Without what the cluster added, and without the labels by which the product would know it.
  private static JsonNode stripped(JsonNode object) {
    if (object instanceof ObjectNode known) {
      known.remove("status");
      var metadata = known.withObject("metadata");
      metadata.remove(
          List.of("uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"));
      metadata.withObject("labels").remove("ephemeral.run/installation");
      metadata.withObject("labels").remove("kubernetes.io/metadata.name");
      if (metadata.has("namespace")) {
        metadata.put("namespace", NAMESPACE);
      } else {
        metadata.put("name", NAMESPACE);
        known.remove("spec");
      }
      var spec = known.path("spec");
      if (known.path("kind").asText().equals("Service") && spec instanceof ObjectNode service) {
        service.remove(List.of("clusterIP", "clusterIPs"));
      }
    }
    return object;
  }

  /// Makes the namespace with everything in it, anew.
  Kubernetes.Took create() throws IOException, InterruptedException {
    close();
    var began = System.nanoTime();
    apply(namespace);
    while (TestBed.kubectl("-n", NAMESPACE, "get", "sa", "default", "--ignore-not-found")
        .isEmpty()) {
      Thread.sleep(1);
    }
    apply(objects);
    var applied = (System.nanoTime() - began) / 1e6;
    untilAnswered(address());
    return new Kubernetes.Took(applied, (System.nanoTime() - began) / 1e6);
  }

  private static void apply(Path file) {
    TestBed.kubectl("apply", "--server-side", "-f", file.toString());
  }

  private static String address() {
    return TestBed.kubectl(
        "-n", NAMESPACE, "get", "svc", "web", "-o", "jsonpath={.spec.clusterIP}");
  }

  /// @return milliseconds from `kubectl scale` to the answer
  double wake() throws InterruptedException {
    var address = address();
    TestBed.kubectl("-n", NAMESPACE, "scale", "deployment", "web", "api", "--replicas=0");
    while (!TestBed.kubectl("-n", NAMESPACE, "get", "pods", "-o", "name").isEmpty()) {
      Thread.sleep(50);
    }
    var began = System.nanoTime();
    TestBed.kubectl("-n", NAMESPACE, "scale", "deployment", "web", "api", "--replicas=1");
    untilAnswered(address);
    return (System.nanoTime() - began) / 1e6;
  }

  private static void untilAnswered(String address) throws InterruptedException {
    while (!answers(address)) {
      Thread.sleep(1);
    }
  }

  private static boolean answers(String address) {
    try (var socket = new Socket()) {
      socket.setSoTimeout(2000);
      socket.connect(new InetSocketAddress(address, 80), 500);
      var request = "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      // Before the node knows the Service's address, another machine may answer at it.
      return status.endsWith(" 200");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    TestBed.kubectl("delete", "ns", NAMESPACE, "--ignore-not-found", "--wait=true");
  }
}
