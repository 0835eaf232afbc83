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

  private static void check(String run, List<String> words, String expected) {
    var found = Found.of("x", Optional.empty(), run);
    assertThat(
            Listening.variable(found, words)
                .orElse(String.join("", Listening.apply(found, words).notes())))
        .isEqualTo(expected);
  }

  @Test
  void whoReadsPortNeedsNothing() {
    check("./app", List.of("PORT", "APP_PORT"), "");
    check("./app -p $PORT", List.of("HOME"), "");
  }

  @Test
  void theOneVariableThatNamesAPortIsTold() {
    check("./app", List.of("MEMOS_PORT", "HOME"), "MEMOS_PORT");
    check("./app", List.of("DB_PORT", "MY_WEB_PORT", "MY_SMTP_PORT"), "MY_WEB_PORT");
    var tree = Tree.at(folder, "go.mod", "", "a.go", "package main\nGetenv(\"SHOP_PORT\")");
    assertThat(tree.spec()).contains("SHOP_PORT: \"${self.port}\"");
  }

  @Test
  void otherwiseItIsSaid() {
    check("./app", List.of("HOME"), NOTE);
    check("./app", List.of("A_PORT", "B_PORT"), NOTE);
    check("./app", List.of("REDIS_PORT"), NOTE);
  }

  @Test
  void nothingReadSaysNothing() {
    check("./app", List.of(), "");
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
