package run.ephemeral.server.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.FaultException;
import run.ephemeral.core.cluster.AddedCluster;
import run.ephemeral.core.cluster.ClusterAccess;
import run.ephemeral.core.cluster.ClusterSettings;
import run.ephemeral.core.cluster.Finding;
import run.ephemeral.core.name.ClusterSelector;
import run.ephemeral.core.spec.Nearest;
import run.ephemeral.core.spec.Quantity;
import run.ephemeral.core.spec.ResourcesSpec;
import run.ephemeral.server.ClusterAdmin;
import run.ephemeral.wire.Check;
import run.ephemeral.wire.ClusterSettingsView;
import run.ephemeral.wire.ClusterView;

/// Maps clusters to and from the wire.
final class ClusterViews {
  private static final Pattern TOLERATION =
      Pattern.compile("[^=:\\s]+(=[^:\\s]*)?(:(NoSchedule|PreferNoSchedule|NoExecute))?");
  private static final Pattern CIDR =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}/([0-9]|[12][0-9]|3[0-2])");
  private static final Pattern KEY =
      Pattern.compile("([A-Za-z0-9.-]{1,253}/)?[A-Za-z0-9._-]{1,63}");
  private static final Pattern OURS =
      Pattern.compile("ephemeral\\.run/.*|app\\.kubernetes\\.io/managed-by|pod-security.*/.*");
  private static final int MOST_PODS = 10_000;

  private ClusterViews() {}

  /// The clusters that a person selected, by name or labels.
  static Optional<ClusterSelector> selected(@Nullable String text, ClusterAdmin admin) {
    if (text == null) {
      return Optional.empty();
    }
    var selector = ClusterSelector.parse(text);
    if (!admin.has(selector)) {
      throw new Problems.Absent(
          switch (selector) {
            case ClusterSelector.Named(var name) -> {
              var known = admin.all().stream().map(each -> each.name().value()).toList();
              yield "there is no cluster `%s` (`ephemeral cluster list`).%s"
                  .formatted(name, Nearest.hint(text, known));
            }
            case ClusterSelector.Labelled labels ->
                "no cluster has the labels `%s`; `ephemeral cluster label` gives labels"
                    .formatted(labels);
          });
    }
    return Optional.of(selector);
  }

  /// From the tables alone.
  static ClusterView of(AddedCluster cluster, ClusterAdmin admin) {
    return view(cluster, admin, admin.problem(cluster.name()), Optional.empty());
  }

  /// With what the cluster says now.
  static ClusterView asked(AddedCluster cluster, ClusterAdmin admin) {
    try {
      var check = admin.check(cluster);
      var problem =
          Optional.of(String.join("; ", check.troubles())).filter(text -> !text.isEmpty());
      return view(cluster, admin, problem, Optional.of(check));
    } catch (FaultException e) {
      return view(cluster, admin, Optional.of(e.fault().message()), Optional.empty());
    } catch (IllegalArgumentException e) {
      return view(cluster, admin, Optional.ofNullable(e.getMessage()), Optional.empty());
    }
  }

  private static ClusterView view(
      AddedCluster cluster,
      ClusterAdmin admin,
      Optional<String> problem,
      Optional<ClusterAccess.Check> check) {
    return new ClusterView(
        cluster.name().value(),
        cluster.labels(),
        cluster.cordoned(),
        admin.environments(cluster.name()),
        cluster.addedAt(),
        problem.orElse(null),
        check.map(ClusterAccess.Check::server).orElse(null),
        check.map(ClusterAccess.Check::version).orElse(null),
        check.map(ClusterAccess.Check::missing).orElse(null),
        view(cluster.settings()));
  }

  private static ClusterSettingsView view(ClusterSettings settings) {
    var sizes = settings.sizes();
    var scheduling = settings.scheduling();
    return new ClusterSettingsView(
        settings.environments().orElse(null),
        word(settings.reach()),
        word(settings.podSecurity()),
        sizes.requestCpu(),
        sizes.requestMemory(),
        sizes.limitMemory(),
        sizes.pods(),
        scheduling.nodeSelector(),
        scheduling.tolerations(),
        scheduling.priorityClass().orElse(null),
        scheduling.runtimeClass().orElse(null),
        settings.marks().labels(),
        settings.marks().annotations(),
        settings.inside());
  }

  static Check check(Finding finding) {
    return new Check(
        finding.name(),
        word(finding.level()),
        finding.detail(),
        finding.fix().isEmpty() ? null : finding.fix());
  }

  /// @throws IllegalArgumentException with a sentence for people
  static ClusterSettings settings(@Nullable ClusterSettingsView view) {
    var usual = ClusterSettings.DEFAULT;
    if (view == null) {
      return usual;
    }
    var sizes = usual.sizes();
    checkSizes(
        view.requestMemory() == null ? sizes.requestMemory() : view.requestMemory(),
        view.limitMemory() == null ? sizes.limitMemory() : view.limitMemory());
    return new ClusterSettings(
        number("environments", view.environments(), Integer.MAX_VALUE),
        constant("reach", view.reach(), usual.reach()),
        constant("podSecurity", view.podSecurity(), usual.podSecurity()),
        new ClusterSettings.Sizes(
            text("requestCpu", view.requestCpu(), ResourcesSpec.CPU).orElse(sizes.requestCpu()),
            text("requestMemory", view.requestMemory(), ResourcesSpec.MEMORY)
                .orElse(sizes.requestMemory()),
            text("limitMemory", view.limitMemory(), ResourcesSpec.MEMORY)
                .orElse(sizes.limitMemory()),
            number("pods", view.pods(), MOST_PODS).orElse(sizes.pods())),
        new ClusterSettings.Scheduling(
            pairs("nodeSelector", view.nodeSelector()),
            texts("tolerations", view.tolerations(), TOLERATION).orElse(List.of()),
            text("priorityClass", view.priorityClass(), KEY),
            text("runtimeClass", view.runtimeClass(), KEY)),
        new ClusterSettings.Marks(
            pairs("labels", view.labels()), pairs("annotations", view.annotations())),
        texts("inside", view.inside(), CIDR).orElse(usual.inside()));
  }

  /// Kubernetes would refuse each namespace.
  private static void checkSizes(String request, String limit) {
    if (ResourcesSpec.MEMORY.matcher(request).matches()
        && ResourcesSpec.MEMORY.matcher(limit).matches()
        && Quantity.parse(request) > Quantity.parse(limit)) {
      throw new IllegalArgumentException(
          "a container may not request more memory (%s) than its limit (%s)"
              .formatted(request, limit));
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> E constant(String key, @Nullable String word, E usual) {
    if (word == null) {
      return usual;
    }
    var all = usual.getDeclaringClass().getEnumConstants();
    return Arrays.stream(all)
        .filter(constant -> word(constant).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "`%s: %s` must be %s"
                        .formatted(
                            key,
                            word,
                            Arrays.stream(all)
                                .map(each -> "`" + word(each) + "`")
                                .collect(Collectors.joining(" or ")))));
  }

  private static Optional<Integer> number(String key, @Nullable Integer number, int most) {
    if (number != null && (number < 1 || number > most)) {
      throw new IllegalArgumentException("`%s: %d` must be 1 or more".formatted(key, number));
    }
    return Optional.ofNullable(number);
  }

  private static Optional<String> text(String key, @Nullable String text, Pattern form) {
    if (text != null && !form.matcher(text).matches()) {
      throw new IllegalArgumentException("`%s: %s` is not understood".formatted(key, text));
    }
    return Optional.ofNullable(text);
  }

  private static Optional<List<String>> texts(
      String key, @Nullable List<String> texts, Pattern form) {
    if (texts == null) {
      return Optional.empty();
    }
    var all = new ArrayList<String>();
    texts.forEach(text -> all.add(text(key, text, form).orElseThrow()));
    return Optional.of(all);
  }

  private static Map<String, String> pairs(String key, @Nullable Map<String, String> pairs) {
    if (pairs == null) {
      return Map.of();
    }
    pairs.forEach(
        (name, value) -> {
          text(key, name, KEY);
          if (OURS.matcher(name).matches()) {
            throw new IllegalArgumentException("`%s: %s` is set by ephemeral".formatted(key, name));
          }
          if (!key.equals("annotations")) {
            text(key + ": " + name, value, ClusterSelector.VALUE);
          }
        });
    return pairs;
  }
}
