package run.ephemeral.core.step;

import java.util.regex.Pattern;
import run.ephemeral.core.Digest;
import run.ephemeral.core.spec.ComponentName;

/// One start of one service. The planner chooses the id, so that a repeated start finds the first
/// one.
public record InstanceId(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,60}");

  public InstanceId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not an instance: " + value);
    }
  }

  public static InstanceId of(ComponentName service, Digest program, int attempt) {
    return new InstanceId(service + "-" + program.brief() + "-" + attempt);
  }

  @Override
  public String toString() {
    return value;
  }
}
