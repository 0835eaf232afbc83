package run.ephemeral.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import run.ephemeral.core.engine.FrontDoor;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.engine.InstanceId;

/// Which process gets a service's requests: the front door is told, and it is written down, so
/// that the next control plane goes on with it. Does not know whether that is right.
record Routes(FrontDoor frontDoor, Ledger ledger) {
  void give(Live live) {
    try {
      ledger.routed(live, Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tell(live);
  }

  private void tell(Live live) {
    frontDoor.route(live.environment().name(), live.service(), live.port());
  }

  /// Those to which any control plane gave requests, the newest last.
  List<InstanceId> given(Collection<Live> instances) throws IOException {
    var given = new TreeMap<Instant, InstanceId>();
    for (var live : instances) {
      ledger.routedAt(live).ifPresent(at -> given.put(at, live.id()));
    }
    return List.copyOf(given.values());
  }

  /// As [#give], for one to which an earlier control plane gave them, if it can still take them.
  Live resume(Live live) {
    if (live.state() instanceof Healthy) {
      tell(live);
    }
    return live;
  }

  void take(Live live) {
    if (has(live)) {
      frontDoor.unroute(live.environment().name(), live.service());
    }
  }

  boolean has(Live live) {
    var routed = frontDoor.routed(live.environment().name(), live.service());
    return routed.equals(OptionalInt.of(live.port())) && !(live.state() instanceof Ended);
  }
}
