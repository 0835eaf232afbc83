package run.ephemeral.reconciler.comment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.app.App;
import run.ephemeral.core.app.Apps;
import run.ephemeral.core.codehost.CommentCommands.Received;
import run.ephemeral.core.codehost.Conversation;
import run.ephemeral.core.codehost.Conversation.Review;
import run.ephemeral.core.command.Mentions;
import run.ephemeral.core.pullrequest.PullRequest;
import run.ephemeral.core.pullrequest.PullRequestRef;
import run.ephemeral.core.spec.AppName;
import run.ephemeral.reconciler.Approvals;

/// Reads approving reviews of pull requests of forks that say `approve`, and nothing else in
/// reviews.
///
/// Such a review approves the commit that it is of. Reading costs a request for each pull request,
/// and strangers make pull requests, so it is done at its own pace.
public final class Reviews {
  private static final Logger LOG = LoggerFactory.getLogger(Reviews.class);
  private static final Duration PACE = Duration.ofSeconds(20);

  /// Commands are kept for longer than this, so that none is carried out twice.
  private static final Duration OLDEST = Duration.ofHours(12);

  private static final Duration OVERLAP = Duration.ofMinutes(2);

  private final Apps apps;
  private final Approvals approvals;
  private final Map<AppName, Last> last = new ConcurrentHashMap<>();

  /// @param at by [System#nanoTime]
  /// @param until up to when they were read, by the host's clock
  /// @param isDue whether they were not read since, though it was tried
  private record Last(long at, Instant until, boolean isDue) {}

  public Reviews(Apps apps, Approvals approvals) {
    this.apps = apps;
    this.approvals = approvals;
  }

  /// Whether reviews are left to be read.
  boolean isDue(AppName app) {
    var known = last.get(app);
    return known != null && known.isDue();
  }

  /// A failure keeps no comment from being read.
  ///
  /// @param now by the host's clock
  /// @param names the names that commands begin with
  List<Received> read(App app, Conversation conversation, Instant now, Collection<String> names) {
    var heads = heads(app);
    if (heads.isEmpty() || approvals.whyNever(app).isPresent()) {
      last.remove(app.name());
      return List.of();
    }
    var known = last.getOrDefault(app.name(), new Last(System.nanoTime(), now.minus(OLDEST), true));
    if (last.containsKey(app.name()) && System.nanoTime() - known.at() < PACE.toNanos()) {
      last.put(app.name(), new Last(known.at(), known.until(), true));
      return List.of();
    }
    try {
      var all = conversation.approvals(heads.keySet(), known.until().minus(OVERLAP));
      // What is read next begins where this ended: the overlap must not lead back to the same ones.
      var until = all.until().map(at -> at.plus(OVERLAP)).orElse(now);
      last.put(app.name(), new Last(System.nanoTime(), until, all.until().isPresent()));
      return received(all.reviews(), heads, latest(now.minus(OLDEST), app.addedAt()), names);
    } catch (FaultException e) {
      LOG.warn("app {}: its reviews cannot be read: {}", app.name(), e.fault().message());
      last.put(app.name(), new Last(System.nanoTime(), known.until(), true));
      return List.of();
    }
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// The newest commits that are not approved.
  private Map<PullRequestRef, String> heads(App app) {
    return apps.pullRequests(app.name()).stream()
        .filter(pullRequest -> !pullRequest.isTrusted())
        .collect(
            Collectors.toMap(PullRequest::ref, PullRequest::commit, (one, _) -> one, HashMap::new));
  }

  private static List<Received> received(
      List<Review> all,
      Map<PullRequestRef, String> heads,
      Instant since,
      Collection<String> names) {
    var received = new ArrayList<Received>();
    for (var review : all) {
      var commit = review.commit();
      var says = Set.of("approve", "approve " + commit);
      var isSaid = Mentions.in(review.text(), names).stream().anyMatch(says::contains);
      if (isSaid && commit.equals(heads.get(review.pullRequest())) && review.at().isAfter(since)) {
        received.add(
            new Received(
                review.pullRequest(),
                Received.other("review", review.id()),
                review.author(),
                List.of("approve " + commit),
                review.at()));
      }
    }
    return received;
  }
}
