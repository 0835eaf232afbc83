package run.ephemeral.store.document;

import run.ephemeral.core.Fault;

/// A [Fault] as it is stored.
record FaultDocument(String kind, String message, String context) {
  static FaultDocument of(Fault fault) {
    return new FaultDocument(fault.kind().name(), fault.message(), fault.context());
  }

  Fault fault() {
    return new Fault(Fault.Kind.valueOf(kind), message, context);
  }
}
