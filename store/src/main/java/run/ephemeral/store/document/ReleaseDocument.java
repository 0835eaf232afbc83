package run.ephemeral.store.document;

import static java.util.Comparator.comparing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import run.ephemeral.core.Digest;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.release.SourceTree;
import run.ephemeral.core.spec.ComponentName;

/// A [Release] as it is stored.
record ReleaseDocument(
    String mirror,
    String commit,
    String digest,
    SpecDocument spec,
    List<TreeDocument> trees,
    Map<String, TreeDocument> seeds,
    Map<String, String> facts) {
  record TreeDocument(String mirror, String path, String hash) {
    static TreeDocument of(SourceTree tree) {
      return new TreeDocument(tree.mirror().value(), tree.path(), tree.hash());
    }

    SourceTree tree() {
      return new SourceTree(new Mirror(mirror), path, hash);
    }
  }

  static ReleaseDocument of(Release release) {
    return new ReleaseDocument(
        release.mirror().value(),
        release.commit(),
        release.digest().hex(),
        SpecDocument.of(release.spec()),
        release.trees().stream()
            .map(TreeDocument::of)
            .sorted(comparing(TreeDocument::mirror).thenComparing(TreeDocument::path))
            .toList(),
        Maps.sorted(release.seeds(), ComponentName::value, TreeDocument::of),
        new TreeMap<>(release.facts()));
  }

  Release release() {
    return new Release(
        new Mirror(mirror),
        commit,
        new Digest(digest),
        spec.spec(),
        trees.stream().map(TreeDocument::tree).collect(Collectors.toSet()),
        Maps.of(seeds, ComponentName::new, TreeDocument::tree),
        facts);
  }
}
