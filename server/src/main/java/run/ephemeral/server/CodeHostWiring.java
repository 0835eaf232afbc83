package run.ephemeral.server;

import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import run.ephemeral.codehost.git.GitCodeHost;
import run.ephemeral.codehost.gitea.GiteaAccess;
import run.ephemeral.codehost.github.GitHubAccess;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CodeHostAccess;
import run.ephemeral.core.codehost.CodeHostKind;
import run.ephemeral.core.environment.Reports;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.policy.Limits;
import run.ephemeral.reconciler.Approvals;
import run.ephemeral.reconciler.CommandHandler;
import run.ephemeral.reconciler.Following;
import run.ephemeral.reconciler.ForkNotices;
import run.ephemeral.reconciler.Reconciler;
import run.ephemeral.reconciler.comment.ApproveCommand;
import run.ephemeral.reconciler.comment.CommentHandler;
import run.ephemeral.reconciler.comment.CommentReader;
import run.ephemeral.reconciler.comment.Reviews;
import run.ephemeral.reconciler.report.CommentedForks;
import run.ephemeral.reconciler.report.LogTail;
import run.ephemeral.reconciler.report.Reporter;
import run.ephemeral.reconciler.report.Reporting;
import run.ephemeral.source.GitSources;
import run.ephemeral.store.PostgresStore;

/// The objects for code hosts, connected by constructor calls.
final class CodeHostWiring {
  private final Settings settings;
  private final PostgresStore store;
  private final InstantSource clock;
  private final GitSources sources;
  private final ConnectedCodeHosts connected;
  private final CodeHostAdmin admin;
  private final Inbox inbox;
  private final GitHubAccess gitHub;
  private final CommentedForks forkNotices;

  CodeHostWiring(Settings settings, PostgresStore store, Secrets secrets, InstantSource clock) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    sources = new GitSources(settings.home().resolve("sources"));
    gitHub = new GitHubAccess(sources, clock);
    var access =
        Map.<CodeHostKind, CodeHostAccess>of(
            CodeHostKind.GITEA, new GiteaAccess(sources), CodeHostKind.GITHUB, gitHub);
    connected =
        new ConnectedCodeHosts(new GitCodeHost(sources), store.codeHosts(), secrets, access);
    connected.reload();
    forkNotices =
        new CommentedForks(
            store.clusters().installation(), settings.bot(), connected, store.notices());
    inbox = new Inbox(store.deliveries());
    admin =
        new CodeHostAdmin(
            store.codeHosts(), store.apps(), connected, secrets, store.deliveries(), access, clock);
  }

  GitSources sources() {
    return sources;
  }

  CodeHost connected() {
    return connected;
  }

  GitHubAccess gitHub() {
    return gitHub;
  }

  CodeHostAdmin admin() {
    return admin;
  }

  /// The judge of what pull requests are told.
  Reporting reporting(Supplier<Domain> domain, Limits limits) {
    var installation = store.clusters().installation();
    return new Reporting(installation, settings.bot(), domain, Sentences.TIMELESS, limits);
  }

  Reports reports(LogTail logs) {
    return new Reporter(connected, store.publications(), store.environments(), logs, clock);
  }

  ForkNotices forkNotices() {
    return forkNotices;
  }

  CommentReader comments(
      CommandHandler commands,
      Following following,
      Approvals approvals,
      LogTail logs,
      Reconciler reconciler,
      Supplier<Domain> domain) {
    var approve = new ApproveCommand(store.apps(), connected, approvals, following, settings.bot());
    var handler =
        new CommentHandler(
            commands,
            following,
            approve,
            logs,
            reconciler,
            domain,
            Sentences.ENGLISH,
            settings.bot());
    return new CommentReader(
        store.apps(),
        connected,
        store.commentCommands(),
        handler,
        new Reviews(store.apps(), approvals),
        forkNotices,
        settings.bot());
  }

  Pipelines pipelines(Following following, CommandHandler commands) {
    return new Pipelines(connected, store.apps(), following, commands, settings.urlForOthers());
  }

  HookReceiver hooks() {
    return new HookReceiver(connected, inbox, store.apps(), store.environments(), clock);
  }

  void start() {
    inbox.start();
  }

  void close() {
    inbox.close();
    sources.close();
  }
}
