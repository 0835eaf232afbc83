package run.ephemeral.engine.process.instance;

import run.ephemeral.core.name.EnvironmentId;
import run.ephemeral.core.spec.ComponentName;
import run.ephemeral.core.step.InstanceId;

/// What one thread works on at a time. A thread that needs both takes the instance first.
sealed interface Claim {
  record OnInstance(EnvironmentId environment, InstanceId instance) implements Claim {}

  record OnFolders(EnvironmentId environment, ComponentName service) implements Claim {}
}
