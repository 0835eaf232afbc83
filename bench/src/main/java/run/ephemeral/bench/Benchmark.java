package run.ephemeral.bench;

/// Measures one claim and reports it. May take minutes; leaves nothing behind.
interface Benchmark {
  void measure(Report report) throws Exception;
}
