package run.ephemeral.testkit;

import run.ephemeral.core.engine.Ledger;

class FakeLedgerTest implements LedgerContract {
  private final FakeLedger ledger = new FakeLedger();

  @Override
  public Ledger ledger() {
    return ledger;
  }
}
