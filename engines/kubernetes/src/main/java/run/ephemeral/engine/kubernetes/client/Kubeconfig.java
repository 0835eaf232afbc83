package run.ephemeral.engine.kubernetes.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// How to reach a cluster, and who asks: one context of a kubeconfig file.
///
/// Files that it names (certificates) are not read here, since a kubeconfig that came over the API
/// must not make the control plane read its own disk; `kubectl config view --flatten --raw` puts
/// them into the file. Whoever takes one of the API refuses [User#isOfDisk()].
///
/// @param authority certificates in PEM of the server's authority; empty for those of the JDK
public record Kubeconfig(URI server, Optional<String> authority, User user) {

  /// Who asks.
  public sealed interface User {
    /// Whether it names something of the control plane's own disk.
    default boolean isOfDisk() {
      return this instanceof WithCommand || this instanceof WithTokenFile;
    }

    /// A certificate and its key in PEM.
    record WithCertificate(String certificate, String key) implements User {}

    record WithToken(String token) implements User {}

    /// A file with a token that is replaced from time to time.
    record WithTokenFile(Path file) implements User {}

    /// A program that prints a token or a certificate.
    record WithCommand(String apiVersion, List<String> command, Map<String, String> env)
        implements User {
      public WithCommand {
        command = List.copyOf(command);
        env = Map.copyOf(env);
      }
    }
  }

  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");

  /// Reads one context.
  ///
  /// @param context its name; empty for the file's current one
  /// @throws IllegalArgumentException with a sentence for people
  public static Kubeconfig read(String text, Optional<String> context) {
    var root = root(text);
    var name = name(root, context);
    var chosen = root.named("contexts", name, "context");
    var cluster = root.named("clusters", chosen.need("cluster"), "cluster");
    var user = root.named("users", chosen.need("user"), "user");
    cluster.refuse("certificate-authority", "certificate-authority-data");
    cluster.refuse("proxy-url", "");
    cluster.refuse("tls-server-name", "");
    if (cluster.text("insecure-skip-tls-verify").filter("true"::equals).isPresent()) {
      throw new IllegalArgumentException(
          "`insecure-skip-tls-verify` is refused: credentials would go to whoever answers; put the"
              + " server's authority into `certificate-authority-data`");
    }
    return new Kubeconfig(
        server(cluster.need("server")), cluster.pem("certificate-authority-data"), user(user));
  }

  private static Node root(String text) {
    if (text.length() > MOST_BYTES) {
      throw new IllegalArgumentException("a kubeconfig of more than 1 MiB is not read");
    }
    try {
      var load = new Load(LoadSettings.builder().setMaxAliasesForCollections(0).build());
      return new Node(load.loadFromString(text), "the kubeconfig");
    } catch (MarkedYamlEngineException e) {
      // Its own message quotes the line, which may have a token.
      var where = e.getProblemMark().map(mark -> " at line " + (mark.getLine() + 1)).orElse("");
      throw new IllegalArgumentException("the kubeconfig is no YAML" + where);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("the kubeconfig is no YAML");
    }
  }

  private static String name(Node root, Optional<String> context) {
    return context
        .or(() -> root.text("current-context"))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the kubeconfig has no current-context; name one of: "
                        + root.names("contexts")));
  }

  /// The name of the context that [#read] uses.
  public static String context(String text, Optional<String> context) {
    return name(root(text), context);
  }

  /// The same kubeconfig with nothing but one context.
  public static String only(String text, Optional<String> context) {
    var root = root(text);
    var name = name(root, context);
    var chosen = root.named("contexts", name, "context");
    var only = new LinkedHashMap<String, Object>();
    only.put("apiVersion", "v1");
    only.put("kind", "Config");
    only.put("current-context", name);
    only.put("contexts", List.of(Map.of("name", name, "context", chosen.map())));
    for (var part : List.of("cluster", "user")) {
      var called = chosen.need(part);
      var inside = root.named(part + "s", called, part).map();
      only.put(part + "s", List.of(Map.of("name", called, part, inside)));
    }
    return new Dump(DumpSettings.builder().build()).dumpToString(only);
  }

  private static URI server(String text) {
    try {
      var uri = URI.create(text.replaceAll("/+$", ""));
      if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IllegalArgumentException("`server: %s` is no https URL".formatted(text));
  }

  private static User user(Node user) {
    user.refuse("client-certificate", "client-certificate-data");
    user.refuse("client-key", "client-key-data");
    for (var old : List.of("username", "auth-provider", "as")) {
      user.refuse(old, "");
    }
    var certificate = user.pem("client-certificate-data");
    var key = user.pem("client-key-data");
    if (certificate.isPresent() && key.isPresent()) {
      return new User.WithCertificate(certificate.get(), key.get());
    }
    var file = user.text("tokenFile");
    if (file.isPresent()) {
      return tokenFile(file.get());
    }
    var token = user.text("token");
    if (token.isPresent()) {
      var stripped = token.get().strip();
      if (!isToken(stripped)) {
        throw new IllegalArgumentException("`token` has characters that no token has");
      }
      return new User.WithToken(stripped);
    }
    var exec = user.child("exec");
    if (exec.isPresent()) {
      return command(exec.get());
    }
    throw new IllegalArgumentException(
        "the user of the kubeconfig has neither certificate, token nor `exec`");
  }

  static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  private static User tokenFile(String name) {
    if (!name.startsWith("/")) {
      throw new IllegalArgumentException("`tokenFile: %s` is no absolute path".formatted(name));
    }
    return new User.WithTokenFile(Path.of(name));
  }

  private static User command(Node exec) {
    var command = new java.util.ArrayList<>(List.of(exec.need("command")));
    command.addAll(exec.texts("args"));
    var env = new LinkedHashMap<String, String>();
    for (var variable : exec.children("env")) {
      env.put(variable.need("name"), variable.need("value"));
    }
    return new User.WithCommand(exec.need("apiVersion"), command, env);
  }

  /// One mapping of the file.
  private record Node(Map<?, ?> map, String what) {
    Node(Object tree, String what) {
      if (!(tree instanceof Map<?, ?> map)) {
        throw new IllegalArgumentException(what + " is no mapping");
      }
      this(map, what);
    }

    Optional<String> text(String key) {
      return Optional.ofNullable(map.get(key))
          .map(Object::toString)
          .filter(text -> !text.isEmpty());
    }

    String need(String key) {
      return text(key)
          .orElseThrow(() -> new IllegalArgumentException("%s has no `%s`".formatted(what, key)));
    }

    Optional<String> pem(String key) {
      try {
        return text(key)
            .map(
                text ->
                    new String(Base64.getMimeDecoder().decode(text), StandardCharsets.US_ASCII));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("`%s` is no base64".formatted(key), e);
      }
    }

    Optional<Node> child(String key) {
      return Optional.ofNullable(map.get(key)).map(tree -> new Node(tree, "`" + key + "`"));
    }

    List<Node> children(String key) {
      return map.get(key) instanceof List<?> list
          ? list.stream().map(tree -> new Node(tree, "an entry of `" + key + "`")).toList()
          : List.of();
    }

    List<String> texts(String key) {
      return map.get(key) instanceof List<?> list
          ? list.stream().map(String::valueOf).toList()
          : List.of();
    }

    List<String> names(String key) {
      return children(key).stream().map(child -> child.need("name")).toList();
    }

    Node named(String list, String name, String inside) {
      return children(list).stream()
          .filter(child -> child.text("name").filter(name::equals).isPresent())
          .findFirst()
          .flatMap(child -> child.child(inside))
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "the kubeconfig has no `%s` in `%s`, only %s"
                          .formatted(name, list, names(list))));
    }

    void refuse(String key, String instead) {
      if (map.containsKey(key)) {
        throw new IllegalArgumentException(
            "`%s` is not read%s"
                .formatted(
                    key,
                    instead.isEmpty()
                        ? ""
                        : "; put its content into `%s`, as `kubectl config view --flatten --raw`"
                                .formatted(instead)
                            + " does"));
      }
    }
  }
}
