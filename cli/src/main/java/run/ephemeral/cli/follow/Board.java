package run.ephemeral.cli.follow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.wire.EnvironmentView;

/// The environments of one app, as they were last heard of.
public final class Board {
  private static final Set<String> RESTING = Set.of("ready", "failing", "asleep");

  private final String app;
  private final Map<String, EnvironmentView> environments = new HashMap<>();

  public Board(String app) {
    this.app = app;
  }

  /// Takes the news.
  ///
  /// @return the environment when its phase is another than before
  public Optional<EnvironmentView> take(EnvironmentView news) {
    if (!news.app().equals(app)) {
      return Optional.empty();
    }
    var before =
        news.phase().equals("gone")
            ? environments.remove(news.name())
            : environments.put(news.name(), news);
    return before != null && before.phase().equals(news.phase())
        ? Optional.empty()
        : Optional.of(news);
  }

  public boolean has(String environment) {
    return environments.containsKey(environment);
  }

  public Optional<EnvironmentView> find(String environment) {
    return Optional.ofNullable(environments.get(environment));
  }

  /// In the order of their pull requests.
  public List<EnvironmentView> environments() {
    var all = new ArrayList<>(environments.values());
    all.sort(
        Comparator.<EnvironmentView>comparingInt(
                each -> each.pullRequest() == null ? 0 : each.pullRequest().number())
            .thenComparing(EnvironmentView::name));
    return all;
  }

  public int size() {
    return environments.size();
  }

  /// Whether nothing is under way. One that fails may be tried again, but its reader has seen
  /// enough.
  public boolean rests() {
    return environments.values().stream()
        .allMatch(
            each ->
                RESTING.contains(each.phase())
                    && (each.settled() || each.phase().equals("failing")));
  }
}
