package run.ephemeral.engine.process.instance;

import java.time.Duration;
import java.time.Instant;
import run.ephemeral.core.Seconds;
import run.ephemeral.core.engine.Instance.State.Ended;
import run.ephemeral.core.engine.Instance.State.Healthy;
import run.ephemeral.engine.process.file.Home;
import run.ephemeral.engine.process.file.ShellFiles;
import run.ephemeral.engine.process.log.LastWords;

/// Says why and when a process ended, from its exit code and its last words.
public record Endings(Home home) {
  /// @throws java.io.UncheckedIOException if the shell's files cannot be read right now
  public Ended of(Live live) {
    var shell = home.shell(live.mark());
    var at = shell.exitedAt().orElseGet(Instant::now);
    var healthyFor = live.state() instanceof Healthy(var since) ? served(since, at) : Duration.ZERO;
    var ran = Seconds.text(spanOf(live.startedAt(), at));
    var log = home.log(live.environment(), live.service(), "run");
    var words = LastWords.of(log, live.logFrom()).replaceFirst("^" + live.service() + ": ", "");
    var code = shell.exitCode().filter(known -> !ShellFiles.isSignal(known));
    var how = code.map(c -> "exited " + c).orElse("was killed") + " after " + ran;
    var why =
        words.isEmpty() || (!healthyFor.isZero() && code.isEmpty()) ? how : how + ": " + words;
    return new Ended(why, at, healthyFor);
  }

  /// Never zero, which means "was never healthy".
  private static Duration served(Instant since, Instant until) {
    var span = spanOf(since, until);
    return span.isZero() ? Duration.ofNanos(1) : span;
  }

  /// The clock may have been set back meanwhile.
  private static Duration spanOf(Instant since, Instant until) {
    return until.isAfter(since) ? Duration.between(since, until) : Duration.ZERO;
  }
}
