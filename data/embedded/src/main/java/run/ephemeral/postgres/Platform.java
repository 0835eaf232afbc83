package run.ephemeral.postgres;

import java.util.Locale;

/// Which of the binaries fit this machine.
enum Platform {
  LINUX_X86_64("postgres-linux-x86_64.txz"),
  LINUX_ARM_64("postgres-linux-arm_64.txz"),
  MACOS_X86_64("postgres-darwin-x86_64.txz"),
  MACOS_ARM_64("postgres-darwin-arm_64.txz");

  /// The name of the archive among the resources.
  final String archive;

  Platform(String archive) {
    this.archive = archive;
  }

  static Platform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static Platform of(String system, String processor) {
    var mac = system.toLowerCase(Locale.ROOT).startsWith("mac");
    var linux = system.toLowerCase(Locale.ROOT).startsWith("linux");
    var arm = processor.equals("aarch64") || processor.equals("arm64");
    if (!mac && !linux) {
      throw new PostgresTrouble(
          "there is no PostgreSQL for %s here; Linux and macOS have one".formatted(system));
    }
    if (mac) {
      return arm ? MACOS_ARM_64 : MACOS_X86_64;
    }
    return arm ? LINUX_ARM_64 : LINUX_X86_64;
  }
}
