package run.ephemeral.codehost.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/// Numbers the branches, since a plain git repository has no numbers, and stores the numbers in the
/// mirror's own configuration. A number is never given twice. Invalid entries are dropped.
final class Numbers {
  private static final String SECTION = "ephemeralpull";
  private static final String BRANCH = "branch";
  private static final String COUNTER = "ephemeral";
  private static final String LAST = "lastpull";

  private Numbers() {}

  /// @param there every existing branch: each keeps its number, open or merged
  /// @param open the open branches, in the order in which new ones get numbers
  static Map<String, Integer> assign(
      Repository mirror, Set<String> there, Collection<String> open) {
    try {
      var config = mirror.getConfig();
      config.load();
      var numbers = new TreeMap<String, Integer>();
      var changed = false;
      var last = last(config);
      for (var number : new ArrayList<>(config.getSubsections(SECTION))) {
        var branch = config.getString(SECTION, number, BRANCH);
        if (branch != null
            && number(number) > 0
            && there.contains(branch)
            && !numbers.containsKey(branch)) {
          numbers.put(branch, number(number));
        } else {
          config.unsetSection(SECTION, number);
          changed = true;
        }
      }
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

  /// The highest number that was given.
  private static int last(Config config) {
    var last = number(config.getString(COUNTER, null, LAST));
    for (var number : config.getSubsections(SECTION)) {
      last = Math.max(last, number(number));
    }
    return last;
  }

  /// 0 if the text is no number.
  private static int number(@Nullable String text) {
    return text != null && text.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(text) : 0;
  }
}
