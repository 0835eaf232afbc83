package run.ephemeral.cli.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import run.ephemeral.cli.api.ControlPlane;
import run.ephemeral.cli.api.Json;
import run.ephemeral.cli.output.EventLine;
import run.ephemeral.cli.output.Live;
import run.ephemeral.cli.output.Plain;
import run.ephemeral.cli.output.Screen;
import run.ephemeral.wire.ComponentView;
import run.ephemeral.wire.EnvironmentView;
import run.ephemeral.wire.EventView;

/// Shows the progress of one environment until it is settled.
///
/// The stream begins with the state before the command, so an end seen in it counts only if a
/// fresh GET of the environment confirms it. The stream sends changes only: if the command
/// changes nothing, it sends nothing, so the environment is also read again after a silence.
public final class Progress {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int RECHECK = 10;
  private static final Duration GRACE = Duration.ofMillis(20);
  private static final List<String> SPINNER =
      List.of("⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏");
  private static final Set<String> BUSY = Set.of("waiting", "building", "starting");

  private final ControlPlane api;
  private final Screen screen;
  private final @Nullable Long before;
  private EnvironmentView last;
  private final EventLine format;
  private @Nullable EventView held;
  private boolean failedAnew;
  private int ticks;

  /// @param asked the environment in the control plane's response to the command
  public Progress(ControlPlane api, Screen screen, EnvironmentView asked) {
    this.api = api;
    this.screen = screen;
    this.last = asked;
    this.before = asked.readyMillis();
    this.format = new EventLine(screen);
    this.failedAnew = !asked.phase().equals("failing");
  }

  /// @param feed opened before the command was sent
  public Outcome follow(Feed feed, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    try (var live = new Live(screen)) {
      tellQueue("", live);
      var end = ended(last);
      while (end.isEmpty()) {
        var left = Duration.ofNanos(deadline - System.nanoTime());
        if (!left.isPositive()) {
          release(live, new Outcome.TimedOut(last));
          return new Outcome.TimedOut(last);
        }
        end = take(feed.poll(left.compareTo(TICK) < 0 ? left : TICK), live);
        live.below(pending());
      }
      drain(feed, live);
      release(live, end.get());
      return end.get();
    }
  }

  private Optional<Outcome> take(Optional<Feed.Change> change, Live live) {
    return switch (change.orElse(null)) {
      case null -> {
        ticks++;
        yield ticks % RECHECK == 0 ? confirmed() : Optional.empty();
      }
      case Feed.Change.Happened(var event) when event.environment().equals(last.name()) -> {
        failedAnew |= event.step().equals("fail");
        tell(event, live);
        yield event.step().equals("fail") ? confirmed() : Optional.empty();
      }
      case Feed.Change.Became(var environment) when environment.name().equals(last.name()) -> {
        failedAnew |= !environment.phase().equals("failing");
        var before = last.reason();
        last = environment;
        tellQueue(before, live);
        yield mayHaveEnded(environment) ? confirmed() : Optional.empty();
      }
      case Feed.Change.Over over -> Optional.of(confirmed().orElseThrow(over::why));
      case Feed.Change.Happened _, Feed.Change.Became _ -> Optional.empty();
    };
  }

  /// Prints the last events, which were sent before the end but are not yet read.
  private void drain(Feed feed, Live live) {
    var more = feed.poll(GRACE);
    while (more.isPresent() && !(more.get() instanceof Feed.Change.Over)) {
      if (more.get() instanceof Feed.Change.Happened(var event)
          && event.environment().equals(last.name())) {
        tell(event, live);
      }
      more = feed.poll(GRACE);
    }
  }

  /// Prints an event, but holds back a failure, which the outcome may repeat, and a removal, of
  /// which only the last is printed.
  private void tell(EventView event, Live live) {
    if (held != null && !(held.step().equals("remove") && event.step().equals("remove"))) {
      print(held, live);
    }
    held = null;
    if (isFailure(event) || event.step().equals("remove")) {
      held = event;
    } else {
      print(event, live);
    }
  }

  private void release(Live live, Outcome end) {
    if (held != null && !(end instanceof Outcome.Failing(var it) && says(it, held))) {
      print(held, live);
    }
  }

  /// Whether the reason of the failing environment already contains this failure.
  private static boolean says(EnvironmentView failing, EventView failure) {
    var cause = failing.cause();
    if (failure.component() == null || cause == null) {
      return isFailure(failure) && failure.text().equals(failing.reason());
    }
    var isSameKind = failure.step().equals("fail") || cause.code().equals("step-failed");
    return isFailure(failure) && isSameKind && failure.component().equals(cause.component());
  }

  private static boolean isFailure(EventView event) {
    return event.step().equals("fail") || event.level().equals("error");
  }

  private void print(EventView event, Live live) {
    format.expectOf(last.components());
    live.line(format.progress(event));
  }

  private static boolean mayHaveEnded(EnvironmentView environment) {
    return environment.settled()
        || environment.phase().equals("failing")
        || environment.phase().equals("gone");
  }

  private Optional<Outcome> confirmed() {
    var now = api.find("/environments/" + ControlPlane.encoded(last.name()));
    if (now.isEmpty()) {
      return Optional.of(new Outcome.Gone(last.name()));
    }
    last = Json.read(now.get(), EnvironmentView.class);
    return ended(last);
  }

  private Optional<Outcome> ended(EnvironmentView environment) {
    if (environment.phase().equals("gone")) {
      return Optional.of(new Outcome.Gone(environment.name()));
    }
    if (environment.phase().equals("failing") && (environment.settled() || failedAnew)) {
      return Optional.of(new Outcome.Failing(environment));
    }
    return environment.settled() && !environment.phase().equals("removing")
        ? Optional.of(new Outcome.Done(environment, measured(environment)))
        : Optional.empty();
  }

  private boolean measured(EnvironmentView now) {
    return now.readyMillis() != null && !now.readyMillis().equals(before);
  }

  private static boolean awaitsRoom(EnvironmentView environment) {
    var cause = environment.cause();
    return cause != null && cause.code().equals("awaits-room");
  }

  /// Without a terminal nothing is redrawn, so a new reason or place in the queue is printed.
  private void tellQueue(String before, Live live) {
    if (!screen.terminal() && awaitsRoom(last) && !last.reason().equals(before)) {
      live.line("  queued: " + Plain.of(last.reason()));
    }
  }

  private List<String> pending() {
    var sign = SPINNER.get(ticks % SPINNER.size());
    var lines = new ArrayList<String>();
    for (ComponentView part : last.components()) {
      if (BUSY.contains(part.state())) {
        lines.add(
            "  %s %s %s"
                .formatted(screen.yellow(sign), part.name(), screen.dim(Plain.of(part.detail()))));
      }
    }
    if (lines.isEmpty()) {
      lines.add("  %s %s".formatted(screen.yellow(sign), last.phase()));
      if (awaitsRoom(last)) {
        // Each on a line of its own: lines are cut at the width of the terminal.
        for (var sentence : Plain.of(last.reason()).split("; ", -1)) {
          lines.add("    " + screen.dim(sentence));
        }
      }
    }
    return lines;
  }
}
