package run.ephemeral.engine.process.instance;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.step.InstanceId;

/// Which process gets a service's requests, as the switchboard has it. Does not judge which one
/// should.
public record Routes(Switchboard switchboard) {
  public void give(Live live) {
    switchboard.route(live.environment().name(), live.service(), live.port());
  }

  /// The instances that were ever given requests, the most recent last.
  public static List<InstanceId> given(Collection<Live> instances) {
    return instances.stream()
        .filter(live -> live.progress().routedAt().isPresent())
        .sorted(Comparator.comparing(live -> live.progress().routedAt().orElseThrow()))
        .map(Live::id)
        .toList();
  }

  /// As [#give], for an instance that an earlier control plane had routed, if it is healthy.
  public Live resume(Live live) {
    if (live.state() instanceof Healthy) {
      give(live);
    }
    return live;
  }

  public void take(Live live) {
    if (has(live)) {
      switchboard.unroute(live.environment().name(), live.service());
    }
  }

  public boolean has(Live live) {
    var routed = switchboard.routed(live.environment().name(), live.service());
    return routed.equals(OptionalInt.of(live.port())) && !(live.state() instanceof Ended);
  }
}
