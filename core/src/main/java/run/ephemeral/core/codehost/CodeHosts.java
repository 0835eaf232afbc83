package run.ephemeral.core.codehost;

import java.util.List;
import java.util.Optional;

/// Port: the code hosts that were added to the installation.
public interface CodeHosts {
  /// In order of their names. An unreadable row is left out.
  List<AddedCodeHost> all();

  /// @return false, changing nothing, when the name is taken
  boolean add(AddedCodeHost host);

  /// Replaces the token and the webhooks of a code host.
  ///
  /// @param before the webhooks that are replaced
  /// @return false when there is no code host with this name, kind, URL and these webhooks
  boolean renew(AddedCodeHost host, Optional<Webhooks> before);

  /// Forgets a code host that is not used any more.
  ///
  /// @return how many apps and environments use it; it is forgotten when none do
  Use remove(String name);

  /// @param apps how many are followed from there
  /// @param environments how many have something to tell there
  record Use(int apps, int environments) {
    public boolean isNone() {
      return apps == 0 && environments == 0;
    }
  }
}
