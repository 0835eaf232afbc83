package run.ephemeral.core.codehost;

import java.util.List;

/// Port: the code hosts that were added to the installation.
public interface CodeHosts {
  /// In order of their names. An unreadable row is left out.
  List<AddedCodeHost> all();

  /// @return false, changing nothing, when the name is taken
  boolean add(AddedCodeHost host);

  /// Replaces the token and the webhooks of a code host.
  ///
  /// @return false when there is no code host with this name, kind and URL
  boolean renew(AddedCodeHost host);

  /// Forgets a code host from which no app is followed.
  ///
  /// @return how many apps are; it is forgotten when there are none
  int remove(String name);
}
