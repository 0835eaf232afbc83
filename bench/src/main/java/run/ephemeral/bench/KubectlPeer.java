package run.ephemeral.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import run.ephemeral.testkit.TestBed;

/// The objects of an environment in another namespace, by kubectl: the namespace, then, once its
/// ServiceAccount is there, the rest.
final class KubectlPeer implements AutoCloseable {
  private static final String NAMESPACE = "bench-kubectl";

  private final Path namespace;
  private final Path objects;

  KubectlPeer(Path folder, Copied copied) throws IOException {
    var space = copied.namespace().deepCopy();
    space.withObject("metadata").put("name", NAMESPACE);
    namespace = Files.writeString(folder.resolve("namespace.json"), space.toString());
    var list = Copied.JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    copied.objects().forEach(list.withArray("items")::add);
    objects = Files.writeString(folder.resolve("objects.json"), list.toString());
  }

  /// Makes the namespace with everything in it, anew.
  ///
  /// @return milliseconds
  double apply() throws InterruptedException {
    close();
    var began = System.nanoTime();
    apply(namespace);
    while (kubectl("get", "sa", "default", "--ignore-not-found").isEmpty()) {
      Thread.sleep(1);
    }
    apply(objects);
    return (System.nanoTime() - began) / 1e6;
  }

  /// Makes the namespace with everything in it, anew, and asks for the page until it is there.
  Kubernetes.Took create() throws InterruptedException {
    var applied = apply();
    var began = System.nanoTime();
    untilAnswered(address());
    return new Kubernetes.Took(applied, applied + (System.nanoTime() - began) / 1e6);
  }

  private static void apply(Path file) {
    kubectl("apply", "--server-side", "-f", file.toString());
  }

  private static String kubectl(String... arguments) {
    var all = new String[arguments.length + 2];
    all[0] = "-n";
    all[1] = NAMESPACE;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return TestBed.kubectl(all);
  }

  private static String address() {
    return kubectl("get", "svc", "web", "-o", "jsonpath={.spec.clusterIP}");
  }

  void sleep() throws InterruptedException {
    kubectl("scale", "deployment", "web", "api", "--replicas=0");
    while (!kubectl("get", "pods", "-o", "name").isEmpty()) {
      Thread.sleep(50);
    }
  }

  /// @return milliseconds from `kubectl scale` to the page
  double wake() throws InterruptedException {
    var address = address();
    var began = System.nanoTime();
    kubectl("scale", "deployment", "web", "api", "--replicas=1");
    untilAnswered(address);
    return (System.nanoTime() - began) / 1e6;
  }

  private static void untilAnswered(String address) throws InterruptedException {
    while (!answers(address)) {
      Thread.sleep(1);
    }
  }

  /// Only the page itself counts: before the node knows the Service's address, another machine may
  /// answer at it.
  private static boolean answers(String address) {
    try (var socket = new Socket()) {
      socket.setSoTimeout(2000);
      socket.connect(new InetSocketAddress(address, 80), 500);
      var request = "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.matches("(?s)HTTP/1\\.. 200 .*\r\n\r\n" + Kubernetes.PAGE);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    TestBed.kubectl("delete", "ns", NAMESPACE, "--ignore-not-found", "--wait=true");
  }
}
