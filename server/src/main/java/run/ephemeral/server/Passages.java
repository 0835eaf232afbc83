package run.ephemeral.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.environment.Environments;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.gateway.Reception;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.reconciler.Reconciler;

/// Connects to the port of a service, for connections that are forwarded. Like a request to the
/// gateway, a connection wakes a sleeping environment, and keeps it awake while it is open.
public final class Passages {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int CONNECT_MILLIS = 3000;
  private static final int BETWEEN_MILLIS = 50;
  private static final int LOOKS_TO_A_WAKE = 20;

  /// The addresses on which a service of this machine may listen.
  private static final List<InetAddress> LOOPBACKS =
      List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));

  /// The phases in which waiting is of no use.
  private static final Set<Phase> OVER = EnumSet.of(Phase.FAILING, Phase.REMOVING, Phase.GONE);

  private final Environments environments;
  private final Reconciler reconciler;
  private final Sentences sentences;
  private final Switchboard switchboard;
  private final Reception reception;
  private final Consumer<EnvironmentName> waker;

  /// @param waker wakes an environment if it sleeps
  Passages(
      Environments environments,
      Reconciler reconciler,
      Sentences sentences,
      Switchboard switchboard,
      Reception reception,
      Consumer<EnvironmentName> waker) {
    this.environments = environments;
    this.reconciler = reconciler;
    this.sentences = sentences;
    this.switchboard = switchboard;
    this.reception = reception;
    this.waker = waker;
  }

  /// A connection to a service, and the use that it counts as.
  public record Passage(Socket socket, Reception.Visit visit) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      visit.close();
      socket.close();
    }
  }

  /// Waits until the service is ready, at most a minute.
  ///
  /// @param isWanted whether the client is still connected
  /// @throws FaultException when it does not become ready
  public Passage open(Environment environment, ComponentName service, BooleanSupplier isWanted)
      throws IOException, InterruptedException {
    var visit =
        reception
            .enter(environment.name())
            .orElseThrow(
                () ->
                    new FaultException(
                        Fault.capacity(
                            "`%s` has as many connections as it may have"
                                .formatted(environment.name()))));
    try {
      return new Passage(connect(port(environment, service, isWanted)), visit);
    } catch (IOException | InterruptedException | RuntimeException e) {
      visit.close();
      throw e;
    }
  }

  private int port(Environment environment, ComponentName service, BooleanSupplier isWanted)
      throws IOException, InterruptedException {
    var end = System.nanoTime() + LONGEST.toNanos();
    var why = "";
    for (int look = 0; System.nanoTime() - end < 0; look++) {
      var port = switchboard.routed(environment.name(), service);
      if (port.isPresent()) {
        return port.getAsInt();
      }
      if (!isWanted.getAsBoolean()) {
        throw new IOException("nobody waits for the connection any more");
      }
      if (look % LOOKS_TO_A_WAKE == 0) {
        waker.accept(environment.name());
        why = awaited(environment);
      }
      Thread.sleep(BETWEEN_MILLIS);
    }
    throw new FaultException(
        Fault.user(
            "`%s` of `%s` is not ready after %d s: %s"
                .formatted(service, environment.name(), LONGEST.toSeconds(), why)));
  }

  /// @return what the environment waits for
  private String awaited(Environment environment) {
    var now = environments.find(environment.id());
    if (now.isEmpty()) {
      throw new FaultException(Fault.user("`%s` is gone".formatted(environment.name())));
    }
    var plan = reconciler.judge(now.get());
    var why = sentences.of(plan.cause());
    if (OVER.contains(plan.phase())) {
      throw new FaultException(
          Fault.user("`%s` is %s: %s".formatted(environment.name(), plan.phase().word(), why)));
    }
    return why;
  }

  private static Socket connect(int port) throws IOException {
    var failed = new IOException("nothing listens on port " + port);
    for (var address : LOOPBACKS) {
      var socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
        return socket;
      } catch (IOException e) {
        socket.close();
        failed.addSuppressed(e);
      }
    }
    throw failed;
  }
}
