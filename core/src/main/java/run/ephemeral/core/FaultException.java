package run.ephemeral.core;

/// Carries a [Fault] out of I/O code to the boundary that turns it into an outcome.
public final class FaultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Fault fault;

  public FaultException(Fault fault) {
    super(fault.message());
    this.fault = fault;
  }

  public FaultException(Fault fault, Throwable cause) {
    super(fault.message(), cause);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
