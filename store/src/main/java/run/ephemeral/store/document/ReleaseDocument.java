package run.ephemeral.store.document;

import java.util.Map;
import java.util.TreeMap;
import run.ephemeral.core.Digest;
import run.ephemeral.core.release.Mirror;
import run.ephemeral.core.release.Release;
import run.ephemeral.core.spec.ComponentName;

/// A [Release] as it is stored.
record ReleaseDocument(
    String repository,
    String commit,
    String digest,
    SpecDocument spec,
    Map<String, String> trees,
    Map<String, String> seeds,
    Map<String, String> facts) {
  static ReleaseDocument of(Release release) {
    return new ReleaseDocument(
        release.repository().value(),
        release.commit(),
        release.digest().hex(),
        SpecDocument.of(release.spec()),
        new TreeMap<>(release.trees()),
        Maps.sorted(release.seeds(), ComponentName::value, hash -> hash),
        new TreeMap<>(release.facts()));
  }

  Release release() {
    return new Release(
        new Mirror(repository),
        commit,
        new Digest(digest),
        spec.spec(),
        trees,
        Maps.of(seeds, ComponentName::new, hash -> hash),
        facts);
  }
}
