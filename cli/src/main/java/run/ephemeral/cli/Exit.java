package run.ephemeral.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/// The exit codes, as documented in `ephemeral --help`.
public final class Exit {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int NOT_FOUND = 3;
  public static final int NO_CONTROL_PLANE = 4;
  public static final int REFUSED = 5;
  public static final int TIMED_OUT = 6;
  public static final int INTERRUPTED = 130;

  /// 128 + SIGPIPE, as shells report a program whose output is no longer read, such as by `head`.
  public static final int PIPE_CLOSED = 141;

  private Exit() {}

  /// The meaning of each code.
  static Map<String, String> meanings() {
    var meanings = new LinkedHashMap<String, String>();
    meanings.put("0", "all is well");
    meanings.put("1", "it failed: an environment, a test, a check");
    meanings.put("2", "the command line or its input makes no sense");
    meanings.put("3", "there is nothing by that name");
    meanings.put("4", "no control plane answers");
    meanings.put("5", "refused, or in conflict with something");
    meanings.put("6", "it took longer than allowed");
    meanings.put("130", "interrupted (Ctrl-C)");
    meanings.put("141", "nobody reads what it prints, such as after `head`");
    return meanings;
  }
}
