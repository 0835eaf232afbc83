package run.ephemeral.specfile;

import static run.ephemeral.specfile.Read.check;

import org.junit.jupiter.api.Test;

/// The messages about text that is no YAML, or that exceeds a limit.
class SyntaxTest {
  @Test
  void anEmptyFileSaysWhatItNeeds() {
    check(
        "",
        "ephemeral.yaml:1:1: the file is empty; the least it says is `app: shop` and `services: {"
            + " web: { run: node server.js } }`");
    check(
        "   \n\n",
        "ephemeral.yaml:1:1: the file is empty; the least it says is `app: shop` and `services: {"
            + " web: { run: node server.js } }`");
    check(
        "# only a comment\n",
        "ephemeral.yaml:1:1: the file is empty; the least it says is `app: shop` and `services: {"
            + " web: { run: node server.js } }`");
    check(
        "---\n...\n",
        "ephemeral.yaml:1:1: the file is empty; the least it says is `app: shop` and `services: {"
            + " web: { run: node server.js } }`");
    check(
        "null",
        "ephemeral.yaml:1:1: the file is empty; the least it says is `app: shop` and `services: {"
            + " web: { run: node server.js } }`");
  }

  @Test
  void aFileThatIsNoMappingSaysSo() {
    check(
        "just text",
        "ephemeral.yaml:1:1: the file must be a mapping, not `just text`; for example `app: shop`");
    check(
        "- app: shop",
        "ephemeral.yaml:1:1: the file must be a mapping, not a list; for example `app: shop`");
    check(
        "'quoted'",
        "ephemeral.yaml:1:1: the file must be a mapping, not the text `\"quoted\"`; for example"
            + " `app: shop`");
  }

  @Test
  void brokenYamlIsShownWhereItBreaks() {
    check(
        "app: shop\nservices:\n\tweb:\n",
        "ephemeral.yaml:3:1: YAML is indented with spaces, not with tabs");
    check(
        "app: shop\nservices:\n  web:\n  \trun: x\n",
        "ephemeral.yaml:4:3: YAML is indented with spaces, not with tabs");
    check(
        "app: \"shop\nservices: {}\n",
        "ephemeral.yaml:1:6: a quote is opened here and never closed");
    check(
        "app: shop\nservices\n  web:\n",
        "ephemeral.yaml:2:1: a key ends with `:`, which is missing here");
    check(
        "app: shop: x\n",
        "ephemeral.yaml:1:10: a `:` cannot stand here; quote the text that it is part of, or check"
            + " the indentation");
    check(
        "app: shop\nservices:\n  web:\n    run: x\n   path: y\n",
        "ephemeral.yaml:5:4: this does not line up with what is above; check the indentation");
    check(
        "app: shop\nservices: { web: { run: x }\n",
        "ephemeral.yaml:2:11: a bracket is opened here and never closed");
    check("app: [shop\n", "ephemeral.yaml:1:6: a bracket is opened here and never closed");
    check("app: @shop", "ephemeral.yaml:1:6: text that begins with `@` must be in quotes");
    check("app: %shop", "ephemeral.yaml:1:6: text that begins with `%` must be in quotes");
    check(
        "app: \"\\q\"",
        "ephemeral.yaml:1:8: this is not YAML: while scanning a double-quoted scalar, found unknown"
            + " escape character q(113)");
    check("app: *nothing", "ephemeral.yaml:1:6: this is not YAML: found undefined alias nothing");
    check(
        "app: & x",
        "ephemeral.yaml:1:7: this is not YAML: while scanning an anchor, unexpected character found"
            + "  (32)");
    check(
        "app: !<",
        "ephemeral.yaml:1:8: this is not YAML: while scanning a tag, expected URI, but found  (0)");
    check(
        "%YAML 9.9\n---\napp: shop",
        "ephemeral.yaml:1:1: this is not YAML: Version{major=9, minor=9}");
    check(
        "app: shop\n<<: text\n",
        "ephemeral.yaml:3:1: this is not YAML: Expected mapping node or an anchor referencing"
            + " mapping");
  }

  @Test
  void whatTheLibraryTripsOverIsNotYamlEither() {
    var expected = "ephemeral.yaml:1:1: this is not YAML: an escape or a tag in it is malformed";
    check("app: \"\\u", expected);
    check("app: !!x%20 shop", expected);
  }

  @Test
  void charactersThatYamlDoesNotHaveAreNamed() {
    check("app: shop\nx: \0", "ephemeral.yaml:2:4: the character U+0000 cannot stand in YAML");
    check("\u0001\u0002", "ephemeral.yaml:1:1: the character U+0001 cannot stand in YAML");
    check("app: \ud800", "ephemeral.yaml:1:7: the character U+D800 cannot stand in YAML");
    check("app: \ud800x", "ephemeral.yaml:1:6: the character U+D800 cannot stand in YAML");
    check(
        Read.SMALLEST + "    build: \"\\0\"",
        "ephemeral.yaml:5:12: `build` cannot hold a NUL character");
  }

  @Test
  void oneFileIsOneDocument() {
    check(
        Read.SMALLEST + "---\n" + Read.SMALLEST,
        "ephemeral.yaml:5:1: one file describes one app, but a second document begins here");
  }

  @Test
  void tooMuchIsRefusedBeforeItIsBuilt() {
    check(
        "a".repeat(10 * 1024 * 1024),
        "ephemeral.yaml:1:1: the file has 10485760 characters; at most 262144 are read");
    check("[".repeat(100_000), "ephemeral.yaml:1:20: this is nested too deeply");
    check("x: " + "{a: ".repeat(30), "ephemeral.yaml:1:76: this is nested too deeply");
    check("- ".repeat(100_000), "ephemeral.yaml:1:39: this is nested too deeply");
    check("? ".repeat(100_000), "ephemeral.yaml:1:39: this is nested too deeply");
    check("a: &a [*a]", "ephemeral.yaml:1:8: `*a` stands inside itself");
    check("&a a: *a\nb: &b { <<: *b }", "ephemeral.yaml:2:13: `*b` stands inside itself");
    check(
        "x: [" + "1,".repeat(30_000) + "]",
        "ephemeral.yaml:1:40003: there is too much here once all aliases are unfolded");
  }

  @Test
  void aliasesOfAliasesAreCountedAsWhatTheyUnfoldTo() {
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i))
          .append("*a%d, ".formatted(i - 1).repeat(10))
          .append("]\n");
    }
    check(
        bomb.toString(),
        "ephemeral.yaml:5:15: there is too much here once all aliases are unfolded");
    var text = "a: &a " + "x".repeat(100_000) + "\nb: [" + "*a, ".repeat(30_000) + "]";
    check(text, "ephemeral.yaml:2:29: there is too much here once all aliases are unfolded");
  }

  @Test
  void longTextsAreCutInMessages() {
    var cut = "`" + "x".repeat(60) + "…`";
    check(
        "x".repeat(1000) + ": 1",
        "ephemeral.yaml:1:1: " + cut + " is not a key.",
        "ephemeral.yaml:1:1: the file needs `app`; for example `app: shop`",
        "ephemeral.yaml:1:1: the file needs `services`; for example `services: { web: { run: node"
            + " server.js } }`");
    check(
        Read.SMALLEST + "start: { when: " + "x".repeat(1000) + " }",
        "ephemeral.yaml:5:16: `when` must be `always` or `command`, not " + cut + ".");
    check(
        Read.SMALLEST + "start: { when: \"a\\nb\\e[31m\" }",
        "ephemeral.yaml:5:16: `when` must be `always` or `command`, not `a b [31m`.");
  }
}
