package run.ephemeral.artifact.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import run.ephemeral.artifact.registry.Credentials.Login;

/// Asks container registries for the digest of a tag, by the distribution specification.
final class Registry {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long MOST_BYTES = 4 << 20;
  private static final int MOST_SIGNED_IN = 500;
  private static final int LONGEST_TOKEN = 64 << 10;
  private static final Set<String> INDEXES =
      Set.of(
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");
  private static final String MANIFESTS =
      String.join(", ", INDEXES)
          + ", application/vnd.oci.image.manifest.v1+json"
          + ", application/vnd.docker.distribution.manifest.v2+json";

  private static final Pattern PLATFORM = Pattern.compile("[a-z0-9]{1,20}/[a-z0-9]{1,20}");
  private static final String ANY = "any";
  private static final Pattern CHALLENGE = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.[0-9.]+)(:[0-9]+)?", Pattern.CASE_INSENSITIVE);
  private static final Duration USUAL_LIMIT = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private @Nullable HttpClient http;
  private final Credentials credentials;
  private final Set<String> plain;

  /// The header by which a repository lets us in, until it is refused: of the repositories that
  /// were asked last, since any pull request may name one.
  private final Map<String, String> signedIn =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
              return size() > MOST_SIGNED_IN;
            }
          });

  /// @param plain registries besides those of this machine that speak HTTP without TLS
  Registry(Credentials credentials, Set<String> plain) {
    this.credentials = credentials;
    this.plain = Set.copyOf(plain);
  }

  /// Made when it is needed first: it would delay the start of the control plane.
  private synchronized HttpClient http() {
    var known = http;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .connectTimeout(Duration.ofSeconds(10))
              .followRedirects(HttpClient.Redirect.NORMAL)
              .build();
      http = known;
    }
    return known;
  }

  /// What a registry said.
  sealed interface Answer {
    /// @param isIndex whether it lists the images of several platforms
    record Found(String digest, boolean isIndex) implements Answer {}

    /// The tag is not there; some registries say the same of what one may not see.
    record Missing() implements Answer {}

    /// It cannot be read with these credentials.
    ///
    /// @param signedIn whether there were any
    record Refused(boolean signedIn) implements Answer {}

    /// Too many questions.
    record Limited(Duration after) implements Answer {}

    record Away(String why) implements Answer {}
  }

  Answer find(ImageName image, String tag) throws InterruptedException {
    try {
      var answer = answered("HEAD", image, tag);
      // Some registries have no HEAD, and some say the digest only with the manifest.
      if (answer.statusCode() == 405 || (answer.statusCode() == 200 && digest(answer).isEmpty())) {
        answer = answered("GET", image, tag);
      }
      return read(image, answer);
    } catch (Busy e) {
      return read(image, e.answer);
    } catch (IOException e) {
      return new Answer.Away("%s does not answer: %s".formatted(image.api(), said(image, e)));
    }
  }

  /// The platforms of an index.
  ///
  /// @return such as `linux/amd64`; empty when the registry does not say
  Set<String> platforms(ImageName image, String digest) throws InterruptedException {
    try {
      var answer = answered("GET", image, digest);
      var platforms = new TreeSet<String>();
      if (answer.statusCode() == 200) {
        for (var manifest : JSON.readTree(answer.body()).path("manifests")) {
          var platform = manifest.path("platform");
          var name = platform.path("os").asText() + "/" + platform.path("architecture").asText();
          // An entry without one, or with nonsense, fits any; attestations are of no platform.
          platforms.add(PLATFORM.matcher(name).matches() ? name : ANY);
        }
      }
      platforms.remove("unknown/unknown");
      return platforms.contains(ANY) ? Set.of() : platforms;
    } catch (IOException e) {
      return Set.of();
    }
  }

  /// Asks for a manifest, and signs in when the registry wants it.
  private HttpResponse<byte[]> answered(String method, ImageName image, String tag)
      throws IOException, InterruptedException {
    var known = Optional.ofNullable(signedIn.get(image.toString()));
    var answer = ask(method, image, tag, known);
    // Some registries answer 403 when a sign-in has expired.
    if (known.isPresent() && answer.statusCode() == 403) {
      answer = ask(method, image, tag, Optional.empty());
    }
    if (answer.statusCode() == 401) {
      signedIn.remove(image.toString());
      var challenge = answer.headers().firstValue("WWW-Authenticate").orElse("");
      try {
        var header = signIn(image, challenge);
        if (header.isPresent()) {
          answer = ask(method, image, tag, header);
          if (answer.statusCode() != 401) {
            signedIn.put(image.toString(), header.get());
          }
        }
      } catch (IllegalArgumentException e) {
        throw new IOException("its sign-in has characters that none can have", e);
      }
    }
    return answer;
  }

  private static String said(ImageName image, IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "its host name is unknown";
      }
    }
    if (e instanceof ConnectException && e.getMessage() == null) {
      return "connection refused";
    }
    var said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return said.contains("plaintext connection")
        ? "it speaks HTTP without TLS; start the control plane with EPHEMERAL_PLAIN_REGISTRIES="
            + image.host()
        : said;
  }

  /// The answer of a service that gives tokens, when it gives none now.
  private static final class Busy extends IOException {
    private static final long serialVersionUID = 1;
    private final transient HttpResponse<byte[]> answer;

    Busy(HttpResponse<byte[]> answer) {
      super("the token service answered " + answer.statusCode());
      this.answer = answer;
    }
  }

  private Answer read(ImageName image, HttpResponse<byte[]> answer) {
    return switch (answer.statusCode()) {
      case 200 ->
          digest(answer)
              .<Answer>map(known -> new Answer.Found(known, isIndex(answer)))
              .orElseGet(() -> new Answer.Away(image.api() + " gave no digest"));
      case 404 -> new Answer.Missing();
      case 401, 403 -> new Answer.Refused(credentials.of(image).isPresent());
      case 429 -> new Answer.Limited(retryAfter(answer));
      default -> new Answer.Away("%s answered %d".formatted(image.api(), answer.statusCode()));
    };
  }

  /// A registry need not say it: it is the SHA-256 of the manifest.
  private static Optional<String> digest(HttpResponse<byte[]> answer) {
    var said = answer.headers().firstValue("Docker-Content-Digest").orElse("");
    if (!said.isEmpty() || answer.body().length == 0) {
      return Optional.of(said).filter(digest -> DIGEST.matcher(digest).matches());
    }
    try {
      var sum = MessageDigest.getInstance("SHA-256").digest(answer.body());
      return Optional.of("sha256:" + HexFormat.of().formatHex(sum));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isIndex(HttpResponse<?> answer) {
    var type = answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
    return INDEXES.contains(type.strip());
  }

  private static Duration retryAfter(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,5}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .orElse(USUAL_LIMIT);
  }

  private HttpResponse<byte[]> ask(
      String method, ImageName image, String tag, Optional<String> authorization)
      throws IOException, InterruptedException {
    var uri =
        URI.create("%s/v2/%s/manifests/%s".formatted(base(image), image.path(), encoded(tag)));
    if (uri.getHost() == null) {
      throw new IOException("this is no name of a host");
    }
    var request = HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Accept", MANIFESTS);
    authorization.ifPresent(value -> request.header("Authorization", value));
    return send(request.method(method, HttpRequest.BodyPublishers.noBody()).build());
  }

  /// The time limit includes the body, and so does the size: any pull request may name a registry.
  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    var bounded = BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES);
    var coming = http().sendAsync(request, bounded);
    try {
      return coming.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no whole answer within %d s".formatted(PATIENCE.toSeconds()), e);
    } finally {
      coming.cancel(true);
    }
  }

  private String base(ImageName image) {
    var isPlain = LOOPBACK.matcher(image.host()).matches() || plain.contains(image.host());
    return (isPlain ? "http://" : "https://") + image.api();
  }

  /// @return empty when the registry lets in nobody with these credentials
  private Optional<String> signIn(ImageName image, String challenge)
      throws IOException, InterruptedException {
    var login = credentials.of(image);
    if (challenge.regionMatches(true, 0, "Basic", 0, 5)) {
      return login.map(Login::basic);
    }
    if (!challenge.regionMatches(true, 0, "Bearer", 0, 6)) {
      return Optional.empty();
    }
    var parameters = new java.util.HashMap<String, String>();
    CHALLENGE
        .matcher(challenge)
        .results()
        .forEach(
            part ->
                parameters.put(part.group(1).toLowerCase(java.util.Locale.ROOT), part.group(2)));
    var realm = URI.create(parameters.getOrDefault("realm", ""));
    // A password goes to no address without TLS, but for registries that are spoken to so anyway.
    if (!"https".equals(realm.getScheme()) && !base(image).startsWith("http://")) {
      return Optional.empty();
    }
    var scope = "repository:%s:pull".formatted(image.path());
    var uri =
        "%s?service=%s&scope=%s"
            .formatted(realm, encoded(parameters.getOrDefault("service", "")), encoded(scope));
    var request = HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE);
    login.ifPresent(known -> request.header("Authorization", known.basic()));
    var answer = send(request.build());
    if (answer.statusCode() == 429 || answer.statusCode() >= 500) {
      throw new Busy(answer);
    }
    if (answer.statusCode() != 200) {
      return Optional.empty();
    }
    JsonNode tree = JSON.readTree(answer.body());
    var token = tree.path("token").asText(tree.path("access_token").asText());
    return token.isEmpty() || token.length() > LONGEST_TOKEN
        ? Optional.empty()
        : Optional.of("Bearer " + token);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
