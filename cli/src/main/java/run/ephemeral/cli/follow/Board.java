package run.ephemeral.cli.follow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import run.ephemeral.wire.EnvironmentView;

/// The last known state of each environment of one app.
public final class Board {
  private static final Set<String> RESTING = Set.of("ready", "failing", "asleep");

  private final String app;
  private final Map<String, EnvironmentView> environments = new HashMap<>();

  public Board(String app) {
    this.app = app;
  }

  /// Records a new state.
  ///
  /// @return the environment if its phase changed
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

  /// Ordered by pull request number.
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

  /// Whether all environments are settled. A failing one counts as settled even if it will be
  /// retried.
  public boolean rests() {
    return environments.values().stream()
        .allMatch(
            each ->
                RESTING.contains(each.phase())
                    && (each.settled() || each.phase().equals("failing")));
  }
}
