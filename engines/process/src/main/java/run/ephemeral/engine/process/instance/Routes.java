package run.ephemeral.engine.process.instance;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.core.gateway.Switchboard;
import run.ephemeral.core.step.InstanceId;

/// Which process gets a service's requests, as the front door knows it. Does not know whether
/// that is right.
public record Routes(Switchboard switchboard) {
  public void give(Live live) {
    switchboard.route(live.environment().name(), live.service(), live.port());
  }

  /// Those to which any control plane gave requests, the newest last.
  public static List<InstanceId> given(Collection<Live> instances) {
    return instances.stream()
        .filter(live -> live.progress().routedAt().isPresent())
        .sorted(Comparator.comparing(live -> live.progress().routedAt().orElseThrow()))
        .map(Live::id)
        .toList();
  }

  /// As [#give], for one to which an earlier control plane gave them, if it can still take them.
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
