package run.ephemeral.codehost.git;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Repository;

/// Gives branches the numbers that a plain git repository does not have, and remembers them in
/// the mirror's own configuration. A number is given once.
final class Numbers {
  private static final String SECTION = "ephemeralpull";
  private static final String BRANCH = "branch";
  private static final String COUNTER = "ephemeral";
  private static final String LAST = "lastpull";

  private Numbers() {}

  /// @param there every branch that is there: it keeps its number, open or merged
  /// @param open those that are open, in the order in which new ones are to be numbered
  static Map<String, Integer> assign(
      Repository mirror, Set<String> there, Collection<String> open) {
    try {
      var config = mirror.getConfig();
      config.load();
      var numbers = new TreeMap<String, Integer>();
      var changed = false;
      for (var number : new HashSet<>(config.getSubsections(SECTION))) {
        var branch = config.getString(SECTION, number, BRANCH);
        if (branch != null && there.contains(branch)) {
          numbers.put(branch, Integer.parseInt(number));
        } else {
          config.unsetSection(SECTION, number);
          changed = true;
        }
      }
      var last = config.getInt(COUNTER, LAST, 0);
      for (var branch : open) {
        if (!numbers.containsKey(branch)) {
          last++;
          numbers.put(branch, last);
          config.setString(SECTION, Integer.toString(last), BRANCH, branch);
          changed = true;
        }
      }
      if (changed) {
        config.setInt(COUNTER, null, LAST, last);
        config.save();
      }
      return numbers;
    } catch (IOException | ConfigInvalidException e) {
      throw new IllegalStateException("pull requests cannot be numbered", e);
    }
  }
}
