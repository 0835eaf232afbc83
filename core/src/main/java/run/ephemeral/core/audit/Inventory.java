package run.ephemeral.core.audit;

import java.util.Map;

/// Port: the resources of an adapter outside the tables, for the audit.
///
/// Lists only resources that are recognisably ours: a foreign folder, process or database is never
/// listed, and so never removed.
public interface Inventory {
  /// The claims of the adapter's own ledger. A resource is claimed before it is created, and until
  /// after it is removed. Quick, and without side effects.
  Claims claims();

  /// All existing resources, each with its location. Quick, and without side effects.
  Map<Thing, String> there();

  /// Removes the resource, if it exists. A resource that came into use meanwhile stays.
  ///
  /// @throws run.ephemeral.core.FaultException when the resource cannot be removed
  void remove(Thing thing) throws InterruptedException;
}
