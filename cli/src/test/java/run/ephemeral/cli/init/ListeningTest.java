package run.ephemeral.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListeningTest {
  private static final String NOTE =
      "nothing in its sources reads PORT; tell it to listen on $PORT";

  @TempDir Path folder;

  private static void check(String run, List<String> words, String expected, String... notes) {
    var found = Listening.apply(Found.of("x", Optional.empty(), run), words);
    assertThat(found.run()).isEqualTo(expected);
    assertThat(found.notes()).containsExactly(notes);
  }

  @Test
  void whoReadsPortNeedsNothing() {
    check("./app", List.of("PORT", "APP_PORT"), "./app");
    check("./app -p $PORT", List.of("HOME"), "./app -p $PORT");
  }

  @Test
  void theOneVariableThatNamesAPortIsTold() {
    check("./app", List.of("MEMOS_PORT", "HOME"), "MEMOS_PORT=$PORT ./app");
    check("./app", List.of("DB_PORT", "MY_WEB_PORT", "MY_SMTP_PORT"), "MY_WEB_PORT=$PORT ./app");
  }

  @Test
  void otherwiseItIsSaid() {
    check("./app", List.of("HOME"), "./app", NOTE);
    check("./app", List.of("A_PORT", "B_PORT"), "./app", NOTE);
    check("./app", List.of("REDIS_PORT"), "./app", NOTE);
    check("a && b", List.of("MEMOS_PORT"), "a && b", NOTE);
  }

  @Test
  void nothingReadSaysNothing() {
    check("./app", List.of(), "./app");
  }

  @Test
  void anExampleOfADotenvIsCopied() {
    var reads = "{\"scripts\": {\"start\": \"x\"}, \"dependencies\": {\"dotenv\": \"1\"}}";
    dotenv("cp .env.sample .env && npm install", reads, ".env.sample", "# why\nSECRET=x");
    dotenv("npm install", reads, ".env.example", "SECRET=\n# A=b");
    dotenv("npm install", reads, ".env.example", "SECRET=x", ".env", "SECRET=y");
    dotenv("npm install", "{\"scripts\": {\"start\": \"x\"}}", ".env.example", "SECRET=x");
  }

  private void dotenv(String build, String json, String... files) {
    var all = new java.util.ArrayList<>(List.of("package.json", json));
    all.addAll(List.of(files));
    var tree = Tree.at(folder, all.toArray(String[]::new)).folder();
    var found = Dotenv.apply(tree, new NodeDetector().detect(tree).orElseThrow());
    assertThat(found.build()).contains(build);
  }
}
