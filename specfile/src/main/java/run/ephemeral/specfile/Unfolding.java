package run.ephemeral.specfile;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/// Limits the nesting depth of a YAML text, and its size after alias expansion, before a tree is
/// built.
///
/// Trees are built and walked by recursion, and a few lines of nested aliases can expand to more
/// than any memory holds. The content is not checked here.
final class Unfolding {
  private static final int DEEPEST = 20;
  private static final long LARGEST = 20_000;
  private static final int CHARACTERS = 32;

  private final Deque<Level> open = new ArrayDeque<>();
  private final Map<Anchor, Long> sizes = new HashMap<>();
  private int documents;

  /// A list or mapping that is not closed yet.
  private static final class Level {
    private final Optional<Anchor> anchor;
    private long size = 1;

    Level(Optional<Anchor> anchor) {
      this.anchor = anchor;
    }
  }

  Unfolding() {
    open.push(new Level(Optional.empty()));
  }

  /// Takes the next event of the parser.
  ///
  /// @return the exceeded limit, if any
  Optional<String> take(Event event) {
    return switch (event) {
      case DocumentStartEvent _ -> begin();
      case CollectionStartEvent start -> {
        open.push(new Level(start.getAnchor()));
        yield complain(open.size() > DEEPEST, "this is nested too deeply");
      }
      case CollectionEndEvent _ -> {
        var level = open.pop();
        yield add(level.anchor, level.size);
      }
      case ScalarEvent scalar ->
          add(scalar.getAnchor(), 1 + scalar.getValue().length() / CHARACTERS);
      case AliasEvent alias -> follow(alias.getAlias());
      default -> Optional.empty();
    };
  }

  private Optional<String> begin() {
    documents++;
    return complain(documents > 1, "one file describes one app, but a second document begins here");
  }

  private Optional<String> follow(Anchor anchor) {
    if (open.stream().anyMatch(level -> level.anchor.equals(Optional.of(anchor)))) {
      return Optional.of("%s stands inside itself".formatted(Shown.quoted("*" + anchor)));
    }
    return add(Optional.empty(), sizes.getOrDefault(anchor, 1L));
  }

  private Optional<String> add(Optional<Anchor> anchor, long size) {
    anchor.ifPresent(name -> sizes.put(name, size));
    var around = open.element();
    around.size += size;
    return complain(around.size > LARGEST, "there is too much here once all aliases are unfolded");
  }

  private static Optional<String> complain(boolean when, String message) {
    return when ? Optional.of(message) : Optional.empty();
  }
}
