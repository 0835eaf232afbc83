package run.ephemeral.server;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import javax.management.NotificationEmitter;

/// Keeps the old generation of the heap small.
///
/// The serial collector collects it only when it is full, and lets it grow to its maximum before.
/// What is there is mostly garbage: stacks of steps that waited longer than the young generation
/// lasts. So it is collected when it has one and a half times the size of what was left the last
/// time. The maximum of the heap stays for what is really needed.
final class OldGeneration {
  private static final long LEAST = 64L << 20;

  private OldGeneration() {}

  static void keepSmall() {
    for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
      // Other collectors decide by themselves.
      if (pool.getName().equals("Tenured Gen")) {
        keepSmall(pool);
      }
    }
  }

  private static void keepSmall(MemoryPoolMXBean pool) {
    ((NotificationEmitter) ManagementFactory.getMemoryMXBean())
        .addNotificationListener(
            (notification, _) -> {
              if (notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED)) {
                System.gc();
                pool.setUsageThreshold(threshold(pool));
              }
            },
            null,
            null);
    pool.setUsageThreshold(threshold(pool));
  }

  private static long threshold(MemoryPoolMXBean pool) {
    var most = pool.getUsage().getMax();
    return Math.min(most, Math.max(LEAST, pool.getUsage().getUsed() * 3 / 2));
  }
}
