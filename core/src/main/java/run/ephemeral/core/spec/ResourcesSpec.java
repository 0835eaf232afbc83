package run.ephemeral.core.spec;

import java.util.Optional;
import java.util.regex.Pattern;

/// What a service may use of a cluster, in Kubernetes' notation.
public record ResourcesSpec(
    @Doc("How much CPU it is guaranteed, such as 250m or 1.5. It may use more where there is more.")
        Optional<String> cpu,
    @Doc("How much memory it may use, such as 256Mi. A container that uses more is killed.")
        Optional<String> memory) {
  /// As the cluster's settings say.
  public static final ResourcesSpec DEFAULT = new ResourcesSpec(Optional.empty(), Optional.empty());

  public static final Pattern CPU = Pattern.compile("[0-9]{1,6}m|[0-9]{1,4}(\\.[0-9]{1,3})?");
  public static final Pattern MEMORY = Pattern.compile("[1-9][0-9]{0,11}(Ki|Mi|Gi|k|M|G)?");

  public ResourcesSpec {
    check("cpu", cpu, CPU, "250m or 1.5");
    check("memory", memory, MEMORY, "256Mi or 1Gi");
  }

  private static void check(String key, Optional<String> value, Pattern form, String examples) {
    if (value.isPresent() && !form.matcher(value.get()).matches()) {
      throw new IllegalArgumentException(
          "`%s: %s` is not an amount, such as %s".formatted(key, value.get(), examples));
    }
  }
}
