package run.ephemeral.reconciler.comment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.CommentCommands.Received;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.Conversation.Access;
import run.ephemeral.core.command.Command;
import run.ephemeral.core.command.Grammar;
import run.ephemeral.core.environment.Environment;
import run.ephemeral.core.gateway.Domain;
import run.ephemeral.core.plan.Sentences;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.release.LogKind;
import run.ephemeral.core.report.Report;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.spec.Nearest;
import run.ephemeral.reconciler.CommandHandler;
import run.ephemeral.reconciler.Following;
import run.ephemeral.reconciler.Reconciler;
import run.ephemeral.reconciler.report.CommandTable;
import run.ephemeral.reconciler.report.LogTail;
import run.ephemeral.reconciler.report.Markdown;

/// Carries out the commands of one comment. Who may is asked of the code host at that moment: to
/// push to the repository is what it takes to change an environment; anybody may ask.
public final class CommentHandler {
  private static final Logger LOG = LoggerFactory.getLogger(CommentHandler.class);
  /// Of one comment.
  static final int MOST_COMMANDS = 5;

  private static final List<String> QUESTIONS = List.of("status", "help");
  private static final List<String> OTHERS = List.of("status", "help", "run", "logs", "approve");

  private final CommandHandler commands;
  private final Following following;
  private final ApproveCommand approvals;
  private final LogTail logs;
  private final Reconciler reconciler;
  private final Supplier<Domain> domain;
  private final Sentences sentences;
  private final String bot;

  public CommentHandler(
      CommandHandler commands,
      Following following,
      ApproveCommand approvals,
      LogTail logs,
      Reconciler reconciler,
      Supplier<Domain> domain,
      Sentences sentences,
      String bot) {
    this.commands = commands;
    this.following = following;
    this.approvals = approvals;
    this.logs = logs;
    this.reconciler = reconciler;
    this.domain = domain;
    this.sentences = sentences;
    this.bot = bot;
  }

  /// What the author may do, as far as the commands depend on it.
  ///
  /// @throws FaultException EXTERNAL when the host does not say so at present
  Access access(Conversation conversation, Received received) {
    var isOfQuestions = received.commands().stream().allMatch(CommentHandler::isQuestion);
    return isOfQuestions
        ? Access.NONE
        : conversation.access(received.pullRequest().repository(), received.author());
  }

  private static boolean isQuestion(String command) {
    return QUESTIONS.contains(word(command));
  }

  private static String word(String command) {
    return command.split("\\s+", 2)[0].toLowerCase(Locale.ROOT);
  }

  /// @return what the person has to know, as Markdown; empty when all was done
  Optional<String> carryOut(App app, Received received, Access access) {
    var answers = new ArrayList<String>();
    var done = new ArrayList<String>();
    for (var command : received.commands().stream().limit(MOST_COMMANDS).toList()) {
      answer(app, received, access, command)
          .ifPresentOrElse(
              text -> answers.add(quoted(command) + "\n\n" + text),
              () -> done.add(Markdown.code(command)));
    }
    if (received.commands().size() > MOST_COMMANDS) {
      answers.add("Only the first %d commands of a comment are read.".formatted(MOST_COMMANDS));
    }
    if (!answers.isEmpty() && !done.isEmpty()) {
      answers.add("Done: %s.".formatted(String.join(", ", done)));
    }
    return answers.isEmpty() ? Optional.empty() : Optional.of(String.join("\n\n", answers));
  }

  /// An answer in place of carrying anything out.
  String refusal(Received received, FaultException why) {
    return quoted(received.commands().getFirst()) + "\n\n" + Markdown.text(why.fault().message());
  }

  private String quoted(String command) {
    return "> " + Markdown.code(("@" + bot + " " + command).strip());
  }

  private Optional<String> answer(App app, Received received, Access access, String command) {
    try {
      return switch (word(command)) {
        case "help" -> Optional.of(help());
        case "status" -> Optional.of(status(app, received.pullRequest()));
        case "run" -> {
          check(received, access);
          bare(command);
          following.refresh(app, received.pullRequest());
          commands.carryOut(environment(app, received.pullRequest()), new Command.Wake());
          yield Optional.empty();
        }
        case "logs" -> {
          check(received, access);
          var words = List.of(command.split("\\s+"));
          yield Optional.of(logs(app, received.pullRequest(), words.subList(1, words.size())));
        }
        case "approve" -> {
          check(received, access);
          var words = List.of(command.split("\\s+"));
          yield approvals.carryOut(app, received, words.subList(1, words.size()));
        }
        default -> {
          var verb = command.split("\\s+", 2)[0];
          var parsed = Grammar.parse(word(command) + command.substring(verb.length()), OTHERS);
          check(received, access);
          act(app, received.pullRequest(), parsed);
          yield Optional.empty();
        }
      };
    } catch (FaultException e) {
      return Optional.of(Markdown.text(e.fault().message()));
    } catch (RuntimeException e) {
      LOG.error("comment {} at {} failed", received.comment(), received.pullRequest(), e);
      return Optional.of("Something went wrong; the log of the control plane says what.");
    }
  }

  private static void check(Received received, Access access) {
    if (access != Access.WRITE) {
      var path = received.pullRequest().repository().path();
      throw user(
          "only people who may push to %s may do this, and %s may not; anybody may ask for status"
              .formatted(path, received.author()));
    }
  }

  private void act(App app, PullRequestRef ref, Command command) {
    if (command instanceof Command.Update) {
      following.readmit(app.environment(ref.number()).value());
    }
    commands.carryOut(environment(app, ref), command);
  }

  private Environment environment(App app, PullRequestRef ref) {
    return following
        .environment(app, ref)
        .orElseThrow(
            () ->
                user(
                    "this pull request has no environment: %s"
                        .formatted(following.whyNone(app, ref))));
  }

  private String status(App app, PullRequestRef ref) {
    var environment = environment(app, ref);
    var plan = reconciler.judge(environment);
    var front = environment.wanted().front();
    return "%s: %s, %s.%s"
        .formatted(
            environment.name(),
            plan.phase().word(),
            Markdown.text(sentences.of(plan.cause())),
            front.map(_ -> " " + domain.get().url(environment.name())).orElse(""));
  }

  private static void bare(String command) {
    if (!command.equalsIgnoreCase(word(command))) {
      throw user("`%s` stands alone; it takes nothing after it.".formatted(word(command)));
    }
  }

  /// Without a name, of the service that answers at the address of the environment.
  private String logs(App app, PullRequestRef ref, List<String> words) {
    var environment = environment(app, ref);
    var services =
        environment.wanted().release().map(it -> it.spec().services().keySet()).orElse(Set.of());
    var names = services.stream().map(ComponentName::value).sorted().toList();
    var wished =
        words.isEmpty()
            ? environment.wanted().front().map(ComponentName::value).orElse("")
            : String.join(" ", words);
    var service =
        services.stream()
            .filter(known -> known.value().equals(wished))
            .findFirst()
            .orElseThrow(
                () ->
                    user(
                        "%s has no service `%s`; there are: %s.%s"
                            .formatted(
                                environment.name(),
                                wished,
                                String.join(", ", names),
                                Nearest.hint(wished, names))));
    var tail = logs.of(environment.id(), new Report.Log(service, LogKind.RUN));
    return tail.isEmpty() ? "%s has written nothing.".formatted(service) : tail;
  }

  private String help() {
    return """
    Commands stand at the beginning of a line, each in a line of its own:

    %s

    All but `status` and `help` are for people who may push to the repository.
    """
        .formatted(CommandTable.of(bot))
        .strip();
  }

  private static FaultException user(String message) {
    return new FaultException(Fault.user(message));
  }
}
