package run.ephemeral.reconciler.comment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CodeHost;
import run.ephemeral.core.codehost.CommentCommands;
import run.ephemeral.core.codehost.CommentCommands.Open;
import run.ephemeral.core.codehost.CommentCommands.Received;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.Conversation.Access;
import run.ephemeral.core.codehost.Conversation.Reaction;
import run.ephemeral.core.command.Mentions;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.reconciler.Followers.Read;
import run.ephemeral.reconciler.report.CommentedForks;

/// Reads new comments at the pull requests of an app, has their commands carried out, and tells the
/// outcome. Every comment is stored before anything is done about it.
///
/// Only comments that were written after the app was added count, and none that was edited.
public final class CommentReader {
  private static final Logger LOG = LoggerFactory.getLogger(CommentReader.class);

  /// Comments are read again for this long: a host may list one later than a younger one.
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  /// After this time another process has ended while it carried out a command.
  private static final Duration CARRIED_OUT_WITHIN = Duration.ofMinutes(10);

  private static final int TRIES = 10;
  private static final String INTERRUPTED =
      "The control plane stopped while it carried this out. Look at the environment, and ask again"
          + " if it is not done.";

  private final Apps apps;
  private final CodeHost codeHost;
  private final CommentCommands table;
  private final CommentHandler handler;
  private final Reviews reviews;
  private final CommentedForks notices;
  private final String bot;

  /// @param bot the name that commands begin with
  public CommentReader(
      Apps apps,
      CodeHost codeHost,
      CommentCommands table,
      CommentHandler handler,
      Reviews reviews,
      CommentedForks notices,
      String bot) {
    this.apps = apps;
    this.codeHost = codeHost;
    this.table = table;
    this.handler = handler;
    this.reviews = reviews;
    this.notices = notices;
    this.bot = bot;
  }

  /// Reads, carries out and tells all that is there, and then what waits for nobody. Blocks while
  /// the code host is asked.
  public Read read(AppName name) {
    var isDone = look(name);
    var isTold = notices.tell(name);
    return !isDone ? Read.FAILED : isTold && !reviews.isDue(name) ? Read.ALL : Read.LATER;
  }

  /// @return whether all comments are read and answered; else this is to be repeated soon
  public boolean look(AppName name) {
    var app = apps.find(name);
    try {
      var conversation = app.flatMap(known -> codeHost.conversation(known.repository()));
      return app.isEmpty() || conversation.isEmpty() || look(app.get(), conversation.get());
    } catch (FaultException e) {
      var why = "its comments cannot be read: " + e.fault().message();
      LOG.warn("app {}: {}", name, why);
      apps.trouble(name, Optional.of(why));
      return false;
    }
  }

  private boolean look(App app, Conversation conversation) {
    var isUpToNow = receive(app, conversation);
    table.giveUp(app.name(), CARRIED_OUT_WITHIN, INTERRUPTED);
    var isAll = isUpToNow;
    for (var open : table.open(app.name())) {
      isAll &= settle(app, conversation, open);
    }
    return isAll;
  }

  /// @return whether all comments are read
  private boolean receive(App app, Conversation conversation) {
    var since = table.readUntil(app.name()).orElse(app.addedAt());
    var read = conversation.comments(app, since.minus(OVERLAP));
    var self = conversation.self();
    // People write the name of a bot without what its host adds to it.
    var names = List.of(bot, self, self.replaceFirst("\\[bot]$", ""));
    var received = new ArrayList<Received>();
    for (var comment : read.comments()) {
      var commands = Mentions.in(comment.text(), names);
      if (!commands.isEmpty() && !comment.edited() && comment.at().isAfter(app.addedAt())) {
        received.add(
            new Received(
                comment.pullRequest(),
                comment.id(),
                comment.author(),
                commands.subList(0, Math.min(commands.size(), CommentHandler.MOST_COMMANDS + 1)),
                comment.at()));
      }
    }
    var latest = latest(since, read.until());
    received.addAll(reviews.read(app, conversation, latest, names));
    table.received(app.name(), received, latest);
    return read.isAll();
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// @return whether nothing is left to be done about the comment, by this process
  private boolean settle(App app, Conversation conversation, Open open) {
    return switch (open.state()) {
      case RECEIVED -> carryOut(app, conversation, open);
      case BEGUN -> false;
      case DONE ->
          table.beginTelling(app.name(), open.received().comment())
              && tell(app, conversation, open, open.answer().orElse(""));
    };
  }

  private boolean carryOut(App app, Conversation conversation, Open open) {
    var received = open.received();
    var access = Access.NONE;
    var refusal = Optional.<String>empty();
    try {
      access = handler.access(conversation, received);
    } catch (FaultException e) {
      if (e.fault().kind() != Fault.Kind.USER) {
        LOG.warn("comment {} waits: {}", received.comment(), e.fault().message());
        return false;
      }
      refusal = Optional.of(handler.refusal(received, e));
    }
    if (!table.begin(app.name(), received.comment())) {
      return true;
    }
    if (received.isComment()) {
      see(conversation, received);
    }
    var allowed = access;
    var answer = refusal.or(() -> handler.carryOut(app, received, allowed));
    // Otherwise this took so long that it was given up, and that is told.
    return !table.done(app.name(), received.comment(), answer)
        || tell(app, conversation, open, answer.orElse(""));
  }

  /// A reaction that fails delays nothing.
  private static void see(Conversation conversation, Received received) {
    try {
      conversation.react(received.pullRequest(), received.comment(), Reaction.EYES);
    } catch (FaultException e) {
      LOG.warn("comment {} gets no reaction: {}", received.comment(), e.fault().message());
    }
  }

  private boolean tell(App app, Conversation conversation, Open open, String answer) {
    var received = open.received();
    try {
      if (!answer.isEmpty()) {
        conversation.answer(received.pullRequest(), answer);
      } else if (received.isComment()) {
        conversation.react(received.pullRequest(), received.comment(), Reaction.DONE);
      }
    } catch (FaultException e) {
      LOG.warn("comment {} is not answered: {}", received.comment(), e.fault().message());
      if (open.tries() + 1 < TRIES) {
        table.notTold(app.name(), received.comment());
        return false;
      }
    }
    table.told(app.name(), received.comment());
    return true;
  }
}
