package run.ephemeral.core.release;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import run.ephemeral.core.spec.Reference;

/// Decides under which tags the image of a service is looked for.
///
/// An image with a tag of its own, such as `redis:7` or `web:preview-${pr.number}`, has only that
/// one. Otherwise it is CI that pushes the image: for the pull request, for its commit, for its
/// branch, or, when the pull request does not change it, for the default branch.
///
/// The image of a fork is found by its whole commit only: every push of a stranger may move the
/// other tags, also after the commit before was approved, and a commit with a given short name can
/// be made.
final class ImageTags {
  /// The fact that a release of a fork has, besides the values of `${pr.*}`.
  static final String FORK = "fork";

  private static final Pattern TAGGED = Pattern.compile("(.+):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{8,64}");
  private static final int SHORT = 7;
  private static final int LONGEST = 128;

  private ImageTags() {}

  /// @param facts the values of `${pr.*}`, and `base`, the default branch
  static ArtifactOrder.Pulled order(String image, String commit, Map<String, String> facts) {
    // Of a tag that is too long, the branch is cut, and what stands around it stays.
    var least = image.contains("${pr.branch}") ? 1 : LONGEST;
    for (int most = LONGEST; most >= least; most--) {
      var tagged = TAGGED.matcher(resolve(image, commit, facts, most));
      if (tagged.matches()) {
        return new ArtifactOrder.Pulled(tagged.group(1), List.of(tagged.group(2)));
      }
    }
    var isOwn = !facts.containsKey(FORK);
    var tags = new LinkedHashSet<String>();
    var number = facts.getOrDefault("number", "0");
    if (isOwn && !number.equals("0")) {
      tags.add("PR-" + number);
    }
    tags.add(commit);
    if (isOwn && COMMIT.matcher(commit).matches()) {
      tags.add(commit.substring(0, SHORT));
    }
    for (var branch : isOwn ? List.of("branch", "base") : List.of("base")) {
      tags.add(slug(facts.getOrDefault(branch, ""), LONGEST));
    }
    tags.remove("");
    return new ArtifactOrder.Pulled(resolve(image, commit, facts, LONGEST), List.copyOf(tags));
  }

  /// Whether the next push to a fork may move the tag of an image.
  static boolean isMovable(String image) {
    var fields = Reference.in(image).stream().map(Reference::field).toList();
    return !fields.isEmpty() && !fields.contains("commit");
  }

  private static String resolve(String image, String commit, Map<String, String> facts, int most) {
    return Reference.resolve(image, of -> value(of, commit, facts, most));
  }

  private static String value(
      Reference reference, String commit, Map<String, String> facts, int most) {
    return switch (reference.field()) {
      case "commit" -> commit;
      case "number" -> facts.getOrDefault("number", "0");
      default -> slug(facts.getOrDefault(reference.field(), ""), most);
    };
  }

  /// A branch as most CI systems write it in a tag: what a tag cannot have becomes a dash.
  private static String slug(String branch, int most) {
    var slug = branch.replaceAll("[^A-Za-z0-9_.-]+", "-").replaceAll("^[.-]+", "");
    return slug.substring(0, Math.min(slug.length(), most));
  }
}
