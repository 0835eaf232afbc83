package run.ephemeral.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.AddedCodeHost;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHostAccess;
import run.ephemeral.core.codehost.CodeHostAccess.Hook;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.codehost.CodeHosts;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.Webhooks;
import run.ephemeral.core.pullrequest.RepositoryName;

/// The code hosts that were added, and plain git repositories: leads to the host of an app. Other
/// control planes with the same database learn of a change within [#BETWEEN_READS]. Knows none
/// before the first [#reload()].
public final class ConnectedCodeHosts implements CodeHost {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectedCodeHosts.class);
  private static final Duration BETWEEN_READS = Duration.ofSeconds(30);

  private static final Duration SOON = Duration.ofSeconds(1);

  private final CodeHost git;
  private final CodeHosts table;
  private final Secrets secrets;
  private final Map<CodeHostKind, CodeHostAccess> access;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Known known = new Known(Map.of(), Map.of());
  private volatile long readAt = System.nanoTime();

  /// What the table had when it was read last.
  ///
  /// @param problems why a host cannot be used
  private record Known(Map<String, Connected> hosts, Map<String, String> problems) {}

  private record Connected(AddedCodeHost row, CodeHost host, Optional<Hook> hook) {}

  ConnectedCodeHosts(
      CodeHost git, CodeHosts table, Secrets secrets, Map<CodeHostKind, CodeHostAccess> access) {
    this.git = git;
    this.table = table;
    this.secrets = secrets;
    this.access = Map.copyOf(access);
  }

  /// Connects to hosts that were added or have another token, and lets go of those that were
  /// removed.
  void reload() {
    reading.lock();
    try {
      read();
    } finally {
      reading.unlock();
    }
  }

  private void read() {
    // Also when the table cannot be read: hosts that are known stay usable without it.
    readAt = System.nanoTime();
    var before = known;
    var hosts = new HashMap<String, Connected>();
    var problems = new HashMap<String, String>();
    for (var row : table.all()) {
      var old = before.hosts().get(row.name());
      if (old != null && old.row().equals(row)) {
        hosts.put(row.name(), old);
        continue;
      }
      try {
        hosts.put(row.name(), connect(row));
      } catch (IllegalArgumentException e) {
        var why = "its token cannot be used: " + e.getMessage();
        if (!why.equals(before.problems().get(row.name()))) {
          LOG.error("code host `{}` cannot be used: {}", row.name(), why);
        }
        problems.put(row.name(), why);
      }
    }
    known = new Known(hosts, problems);
  }

  private Connected connect(AddedCodeHost row) {
    var hook = row.webhooks().flatMap(known -> hook(row, known));
    return new Connected(row, open(row, hook), hook);
  }

  private CodeHost open(AddedCodeHost row, Optional<Hook> hook) {
    return access(row.kind()).open(row.name(), row.url(), secrets.open(row.token()), hook);
  }

  /// Without it the host is asked.
  private Optional<Hook> hook(AddedCodeHost row, Webhooks known) {
    try {
      var url = HookReceiver.url(known.url(), row.name());
      return Optional.of(new Hook(url, secrets.open(known.secret())));
    } catch (IllegalArgumentException e) {
      LOG.error("the webhooks of `{}` cannot be used: {}", row.name(), e.getMessage());
      return Optional.empty();
    }
  }

  /// Reads the table again, if that was not done within a second.
  ///
  /// @return whether it was read
  boolean readAgain() {
    if (System.nanoTime() - readAt < SOON.toNanos() || !reading.tryLock()) {
      return false;
    }
    try {
      read();
      return true;
    } finally {
      reading.unlock();
    }
  }

  /// How a code host tells of changes; empty when it does not.
  Optional<Hook> hook(String name) {
    return Optional.ofNullable(connected().get(name)).flatMap(Connected::hook);
  }

  /// Removes webhooks that were replaced.
  ///
  /// @param row as it is now
  void unsubscribe(AddedCodeHost row, Webhooks before, List<App> apps) {
    var host = open(row, hook(row, before));
    apps.forEach(host::unsubscribe);
  }

  private CodeHostAccess access(CodeHostKind kind) {
    return Optional.ofNullable(access.get(kind)).orElseThrow();
  }

  /// One thread at a time reads the table again; others do not wait for it.
  private Map<String, Connected> connected() {
    if (System.nanoTime() - readAt > BETWEEN_READS.toNanos() && reading.tryLock()) {
      try {
        read();
      } catch (RuntimeException e) {
        LOG.warn("the table of code hosts cannot be read: {}", e.toString());
      } finally {
        reading.unlock();
      }
    }
    return known.hosts();
  }

  /// Why a code host that was added cannot be used.
  Optional<String> problem(String name) {
    return Optional.ofNullable(known.problems().get(name));
  }

  private Optional<CodeHost> of(App app) {
    return at(app.repository());
  }

  private Optional<CodeHost> at(RepositoryName repository) {
    return repository.isPlainGit()
        ? Optional.of(git)
        : Optional.ofNullable(connected().get(repository.host())).map(Connected::host);
  }

  @Override
  public Optional<Located> locate(String text) {
    return connected().values().stream()
        .map(each -> each.host().locate(text))
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> git.locate(text));
  }

  @Override
  public Seen look(App app) {
    return of(app).orElseThrow(() -> unusable(app.repository())).look(app);
  }

  @Override
  public Optional<Conversation> conversation(RepositoryName repository) {
    return at(repository).orElseThrow(() -> unusable(repository)).conversation(repository);
  }

  /// For the pipelines of which repository a code host issued a token: for the URL at which the
  /// host reaches this control plane, or for another one.
  Pipeline pipeline(String name, String token, String url) {
    var connected = connected().get(name);
    if (connected == null) {
      throw new FaultException(
          Fault.user("this code host issues no tokens to its pipelines, or was not added"));
    }
    var audiences = new HashSet<>(Set.of(url));
    connected.row().webhooks().ifPresent(known -> audiences.add(known.url()));
    return connected.host().pipeline(token, audiences);
  }

  @Override
  public boolean isThere(Pipeline pipeline) {
    return at(pipeline.repository()).map(host -> host.isThere(pipeline)).orElse(false);
  }

  private FaultException unusable(RepositoryName repository) {
    var name = repository.host();
    var why = problem(name).orElse("it was removed");
    return new FaultException(
        Fault.user("the code host %s cannot be used: %s".formatted(name, why)));
  }

  @Override
  public boolean changed(App app) {
    // The look that follows says why a host cannot be used.
    return of(app).map(host -> host.changed(app)).orElse(true);
  }

  @Override
  public void subscribe(App app) {
    of(app).ifPresent(host -> host.subscribe(app));
  }

  @Override
  public void unsubscribe(App app) {
    of(app).ifPresent(host -> host.unsubscribe(app));
  }

  /// What was fetched is of the same kind at every host.
  @Override
  public void forget(App app) {
    of(app).orElse(git).forget(app);
  }
}
