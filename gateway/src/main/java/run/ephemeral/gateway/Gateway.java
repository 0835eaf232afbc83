package run.ephemeral.gateway;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.audit.Claims;
import run.ephemeral.core.audit.Inventory;
import run.ephemeral.core.audit.Thing;
import run.ephemeral.core.audit.Thing.Kind;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.gateway.Notice;
import run.ephemeral.core.gateway.Reception;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.gateway.Router.Entrance;

/// The reverse proxy: forwards requests by host name to the process of a service, holds them while
/// an environment wakes, and tells people its state when there is nothing to show.
///
/// It exists because an environment sleeps when it is not used: the gateway answers meanwhile,
/// notices the visitor, and replaces one process by the next without a failed request. It is
/// HTTP/1.1 on Netty itself: what matters here, such as which connection may be used for what, what
/// is refused, and when an old process has no requests left, is below the level of HTTP libraries.
///
/// It deliberately does not start, stop or check processes, does not keep or change bodies, caches
/// nothing, terminates no TLS, and keeps no state over a restart: its caller sets routes and
/// notices again.
@SuppressWarnings("FutureReturnValueIgnored") // A failure closes the channel, which is handled.
public final class Gateway implements Switchboard, Reception, Inventory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int ATTEMPTS = 20;

  private final GatewayConfig config;
  private final Loops loops;
  private final RouteTable table = new RouteTable();
  private final Common common;
  private final Listeners listeners;
  private final Addresses addresses;
  private final DefaultChannelGroup open =
      new DefaultChannelGroup("gateway", GlobalEventExecutor.INSTANCE, true);

  public Gateway(GatewayConfig config, Waker waker) {
    this(config, waker, InstantSource.system());
  }

  /// @param clock tells when something was last used
  public Gateway(GatewayConfig config, Waker waker, InstantSource clock) {
    this.config = config;
    this.loops = Loops.of(config.eventLoops());
    int idle = OpenFiles.idle(config.limits().connections()) / config.eventLoops();
    Map<EventLoop, Pool> pools = new HashMap<>();
    loops
        .group()
        .forEach(
            one -> {
              var loop = (EventLoop) one;
              pools.put(loop, new Pool(loop, loops, config.limits(), idle));
            });
    this.common =
        new Common(
            config,
            new Router(table, config.domain(), config.limits().passes()),
            new Holding(waker, config.limits().held(), loops.group()),
            clock,
            pools,
            new Clients(config.limits()),
            new AtomicInteger(config.port()));
    this.listeners = new Listeners(common, loops, open);
    this.addresses = new Addresses(table, listeners);
  }

  /// Takes visitors from now on.
  ///
  /// @throws java.io.UncheckedIOException when the port is taken, naming it
  public void start() {
    var entrance = new Entrance.Public();
    var first = listeners.bind(entrance, config.host(), config.port());
    if (config.host().equals(LOOPBACK)) {
      first = besides(entrance, first);
    }
    common.publicPort().set(Listeners.port(first));
  }

  /// Also listens on `::1`, which some browsers try first: another program could listen there.
  private Channel besides(Entrance entrance, Channel first) {
    var four = first;
    for (int i = 0; i < ATTEMPTS; i++) {
      if (listeners.tryBind(entrance, "::1", Listeners.port(four)) != null) {
        return four;
      }
      var probe = listeners.tryBind(entrance, "::1", 0);
      if (probe == null) {
        return four;
      }
      probe.close().awaitUninterruptibly();
      if (config.port() != 0) {
        LOG.warn("port {} of [::1] belongs to another program", config.port());
        return four;
      }
      four.close().awaitUninterruptibly();
      four = listeners.bind(entrance, LOOPBACK, 0);
    }
    return four;
  }

  /// The port visitors use; before [#start()] the configured one.
  public int port() {
    return common.publicPort().get();
  }

  /// The number of held requests.
  public int held() {
    return common.holding().held();
  }

  @Override
  public void route(EnvironmentName environment, ComponentName service, int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
    table.route(environment, service, port);
  }

  @Override
  public OptionalInt routed(EnvironmentName environment, ComponentName service) {
    var site = table.site(environment.value());
    var door = site == null ? null : site.existing(service);
    var target = door == null ? null : door.target();
    return target == null ? OptionalInt.empty() : OptionalInt.of(target.port());
  }

  @Override
  public void unroute(EnvironmentName environment, ComponentName service) {
    table.unroute(environment, service);
  }

  @Override
  public void drain(int port, Duration atMost) throws InterruptedException {
    var target = table.target(port);
    if (target != null) {
      target.drain(atMost, config.limits().tunnelGrace());
      common.pools().values().forEach(pool -> pool.drop(target));
      table.drained(target);
    }
  }

  @Override
  public void show(EnvironmentName environment, Notice notice) {
    table.siteFor(environment).show(notice);
  }

  @Override
  public void forget(EnvironmentName environment) {
    var site = table.forget(environment);
    if (site != null) {
      addresses.close(site);
    }
  }

  @Override
  public int address(EnvironmentName environment, ComponentName service, int wanted) {
    return addresses.open(environment, service, wanted);
  }

  @Override
  public OptionalInt address(EnvironmentName environment, ComponentName service) {
    return addresses.port(environment, service);
  }

  /// Where visitors come in; before [#start()] with the configured port.
  public Domain domain() {
    return new Domain("http", config.domain(), port());
  }

  @Override
  public Optional<Instant> lastUsed(EnvironmentName environment) {
    var site = table.site(environment.value());
    if (site != null && site.isBusy()) {
      site.used(common.clock().millis());
    }
    return Optional.ofNullable(site == null ? null : site.lastUsed()).map(Instant::ofEpochMilli);
  }

  @Override
  public Optional<Visit> enter(EnvironmentName environment) {
    var site = table.site(environment.value());
    if (site == null || !site.admit(true, config.limits().perEnvironment())) {
      return Optional.empty();
    }
    var isInside = new AtomicBoolean(true);
    return Optional.of(
        () -> {
          if (isInside.compareAndSet(true, false)) {
            site.leave(true, common.clock().millis());
          }
        });
  }

  /// None: all that the gateway holds is claimed by others.
  @Override
  public Claims claims() {
    return Claims.NONE;
  }

  @Override
  public Map<Thing, String> there() {
    var there = new HashMap<Thing, String>();
    for (var site : table.sites()) {
      there.put(Thing.shared(Kind.SITE, site.name().value()), domain().url(site.name()));
      for (var door : site.doors()) {
        var target = door.target();
        if (target != null) {
          there.put(Claims.route(site.name(), door.service()), "to port " + target.port());
        }
      }
    }
    return there;
  }

  /// Removing a site removes its routes, too.
  @Override
  public void remove(Thing thing) {
    for (var site : table.sites()) {
      var name = site.name();
      if (thing.equals(Thing.shared(Kind.SITE, name.value()))) {
        forget(name);
      }
      for (var door : site.doors()) {
        if (thing.equals(Claims.route(name, door.service()))) {
          unroute(name, door.service());
        }
      }
    }
  }

  /// Stops listening, closes all connections, and waits until they are closed.
  @Override
  public void close() {
    open.close().awaitUninterruptibly();
    loops.group().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
