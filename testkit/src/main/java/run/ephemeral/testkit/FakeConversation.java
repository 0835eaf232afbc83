package run.ephemeral.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import run.ephemeral.core.Fault;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.pullrequest.Head;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.pullrequest.RepositoryName;
import run.ephemeral.core.report.Status;

/// A code host in memory where people talk. Passes the contract of the real ones, and can be made
/// to fail.
public final class FakeConversation implements Conversation {
  private static final String SELF = "robot";
  private static final String OURS = "<!-- ephemeral.run";

  private final Map<String, Said> comments = new LinkedHashMap<>();
  private final Map<String, Map<String, Status>> statuses = new HashMap<>();
  private final List<Review> reviews = new ArrayList<>();
  private final Map<String, Access> people = new HashMap<>();
  private Function<String, Optional<Fault>> trouble = what -> Optional.empty();
  private int requests;
  private int ids;
  private long seconds;

  private record Said(Comment comment, Instant updated, Set<Reaction> reactions) {}

  /// @param trouble of a request, by its name
  public synchronized void fail(Function<String, Optional<Fault>> trouble) {
    this.trouble = trouble;
  }

  /// How many requests were made, also those that failed.
  public synchronized int requests() {
    return requests;
  }

  private void ask(String what) {
    requests++;
    trouble
        .apply(what)
        .ifPresent(
            fault -> {
              throw new FaultException(fault);
            });
  }

  @Override
  public String self() {
    return SELF;
  }

  @Override
  public synchronized String comment(
      PullRequestRef pullRequest, Optional<String> known, String marker, String text) {
    ask("comment");
    var id =
        known
            .filter(comments::containsKey)
            .or(() -> find(pullRequest, marker))
            .orElseGet(() -> say(pullRequest, SELF, text));
    replace(id, text);
    return id;
  }

  private Optional<String> find(PullRequestRef pullRequest, String marker) {
    return comments.values().stream()
        .map(Said::comment)
        .filter(comment -> comment.pullRequest().equals(pullRequest))
        .filter(comment -> comment.author().equals(SELF) && comment.text().startsWith(marker))
        .map(Comment::id)
        .findFirst();
  }

  private void replace(String id, String text) {
    comments.computeIfPresent(
        id,
        (key, said) -> {
          var old = said.comment();
          var isEdited = old.edited() || !old.text().equals(text);
          return new Said(
              new Comment(id, old.pullRequest(), old.author(), text, old.at(), isEdited),
              isEdited ? tick() : said.updated(),
              said.reactions());
        });
  }

  @Override
  public synchronized void answer(PullRequestRef pullRequest, String text) {
    ask("answer");
    say(pullRequest, SELF, OURS + " answer -->\n" + text);
  }

  @Override
  public synchronized void status(RepositoryName repository, String commit, Status status) {
    ask("status");
    statuses.computeIfAbsent(commit, key -> new HashMap<>()).put(status.name(), status);
  }

  @Override
  public synchronized void react(PullRequestRef pullRequest, String comment, Reaction reaction) {
    ask("react");
    Optional.ofNullable(comments.get(comment)).ifPresent(said -> said.reactions().add(reaction));
  }

  @Override
  public synchronized Read comments(App app, Instant since) {
    ask("comments");
    var listed =
        comments.values().stream()
            .filter(said -> said.comment().pullRequest().repository().equals(app.repository()))
            .filter(said -> !said.updated().isBefore(since))
            .toList();
    var until = listed.stream().map(Said::updated).max(Instant::compareTo).orElse(since);
    var all =
        listed.stream()
            .map(Said::comment)
            .filter(comment -> !comment.author().equals(SELF) || !comment.text().startsWith(OURS))
            .toList();
    return new Read(all, until, true);
  }

  @Override
  public synchronized Approvals approvals(Set<PullRequestRef> some, Instant since) {
    ask("approvals");
    var all =
        reviews.stream()
            .filter(review -> some.contains(review.pullRequest()) && !review.at().isBefore(since))
            .toList();
    return new Approvals(all, Optional.empty());
  }

  /// A review of a person that approves.
  public synchronized String approve(
      PullRequestRef pullRequest, String person, String commit, String text) {
    var id = Integer.toString(++ids);
    reviews.add(new Review(id, pullRequest, person, commit, text, tick()));
    return id;
  }

  @Override
  public String comparison(RepositoryName repository, Head head) {
    return "https://%s/compare/%s...%s"
        .formatted(repository, head.base().orElse("main"), head.commit());
  }

  @Override
  public synchronized Access access(RepositoryName repository, String person) {
    ask("access");
    return people.getOrDefault(person, Access.NONE);
  }

  /// Lets a person push, or read.
  public synchronized void admit(String person, Access access) {
    people.put(person, access);
  }

  /// A comment of a person, a second after the one before.
  ///
  /// @return its id
  public synchronized String say(PullRequestRef pullRequest, String person, String text) {
    var id = Integer.toString(++ids);
    var at = tick();
    var comment = new Comment(id, pullRequest, person, text, at, false);
    comments.put(id, new Said(comment, at, new LinkedHashSet<>()));
    return id;
  }

  private Instant tick() {
    return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(++seconds);
  }

  public synchronized void edit(String id, String text) {
    replace(id, text);
  }

  public synchronized void delete(String id) {
    comments.remove(id);
  }

  /// The comments that are seen, in order.
  public synchronized List<String> seen() {
    return comments.values().stream().map(said -> said.comment().text()).toList();
  }

  /// Those at one pull request.
  public synchronized List<String> seen(PullRequestRef pullRequest) {
    return comments.values().stream()
        .map(Said::comment)
        .filter(comment -> comment.pullRequest().equals(pullRequest))
        .map(Comment::text)
        .toList();
  }

  public synchronized List<Reaction> reactions(String comment) {
    return new ArrayList<>(
        Optional.ofNullable(comments.get(comment)).map(Said::reactions).orElse(Set.of()));
  }

  public synchronized Map<String, Status> statuses(String commit) {
    return Map.copyOf(statuses.getOrDefault(commit, Map.of()));
  }
}
