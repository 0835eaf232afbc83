package run.ephemeral.core.audit;

import java.util.Map;

/// Port: what an adapter holds outside the tables, for the audit.
///
/// Speaks only of what is recognisably ours: a stranger's folder, process or database is never
/// named, and so never removed.
public interface Inventory {
  /// What its own ledger says. A thing is claimed before it is made, and until after it is
  /// gone. Quick, and without effect.
  Claims claims();

  /// Everything that is there, with what there is to see of it. Quick, and without effect.
  Map<Thing, String> there();

  /// Removes it. What is absent is removed already; what somebody came to use meanwhile stays.
  ///
  /// @throws run.ephemeral.core.FaultException when it cannot be removed
  void remove(Thing thing) throws InterruptedException;
}
