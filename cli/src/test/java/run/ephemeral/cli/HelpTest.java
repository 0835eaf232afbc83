package run.ephemeral.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HelpTest {
  @TempDir Path folder;

  @Test
  void theOverviewNamesEveryCommandAndExitCode() {
    Golden.check("help.txt", new Shell(folder).call("--help").out());
    assertThat(new Shell(folder).call().out()).isEqualTo(new Shell(folder).call("--help").out());
  }

  @Test
  void everyCommandTeachesWithAnExample() {
    for (var line : visible(Reference.model(folder))) {
      var usage = line.getCommandSpec().usageMessage();
      var name = line.getCommandSpec().qualifiedName();
      assertThat(usage.description()).as(name).hasSize(1);
      assertThat(usage.footerHeading()).as(name).contains("Example");
      assertThat(usage.footer()).as(name).isNotEmpty();
      for (var option : line.getCommandSpec().options()) {
        assertThat(option.description()).as(name + " " + option.longestName()).isNotEmpty();
      }
    }
  }

  @Test
  void aCommandMadeAloneIsTheSameAsAmongAll() {
    for (var line : Reference.model(folder).getSubcommands().values()) {
      var alone = new Shell(folder).call(line.getCommandName(), "--help").out();
      assertThat(alone).isEqualTo(line.getUsageMessage(CommandLine.Help.Ansi.OFF));
    }
  }

  @Test
  void completionKnowsCommandsAndAsksForNames() {
    assertThat(new Shell(folder).call("completion", "bash").out())
        .contains("complete -F _ephemeral_with_names")
        .contains("\" show open logs");
    assertThat(new Shell(folder).call("completion", "fish").out())
        .contains("-a list -d 'List environments.'")
        .contains("(ephemeral names 2>/dev/null)");
  }

  @Test
  void theReferenceIsUpToDate() {
    Golden.check(Path.of("../docs/reference/cli.md"), Reference.of(Reference.model(folder)));
  }

  private static List<CommandLine> visible(CommandLine line) {
    var all = new ArrayList<CommandLine>();
    for (var child : line.getSubcommands().values()) {
      if (!child.getCommandSpec().usageMessage().hidden()) {
        all.add(child);
        all.addAll(visible(child));
      }
    }
    return all;
  }
}
