package run.ephemeral.gateway;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.gateway.Notice;
import run.ephemeral.core.gateway.Notice.Detail;
import run.ephemeral.core.name.EnvironmentName;
import run.ephemeral.core.spec.ComponentName;

/// What a visitor is told when no service answers: the facts, before they become HTML or JSON.
///
/// @param title a few words
/// @param detail one sentence
/// @param details one line for each component
/// @param next commands that help
/// @param passes whether the state is temporary, so that the client should try again soon
record Page(
    int status,
    String title,
    String detail,
    @Nullable EnvironmentName environment,
    @Nullable Phase phase,
    List<Detail> details,
    List<String> log,
    List<String> next,
    boolean passes) {
  private static final List<String> NONE = List.of();

  static boolean wantsHtml(@Nullable String accept) {
    if (accept == null) {
      return false;
    }
    var lower = accept.toLowerCase(Locale.ROOT);
    int html = lower.indexOf("text/html");
    int json = lower.indexOf("json");
    return html >= 0 && (json < 0 || html < json);
  }

  static Page refused(int status, String why) {
    return new Page(status, "Refused", why, null, null, List.of(), NONE, NONE, false);
  }

  static Page unknown(String name) {
    return new Page(
        404,
        "No such environment",
        "There is no environment called " + name + ". It may be gone, or not be there yet.",
        null,
        null,
        List.of(),
        NONE,
        List.of("ephemeral list"),
        false);
  }

  /// The environment is known, but has no notice yet.
  static Page early(EnvironmentName environment) {
    var detail = "This environment was just asked for. Work on it begins in a moment.";
    return about(503, "In the queue", detail, environment, Phase.QUEUED, NONE, true);
  }

  static Page notPublic(EnvironmentName environment, String service) {
    return new Page(
        404,
        "Not public",
        "There is no public service called "
            + service
            + " here. Set public: true at the service in ephemeral.yaml to give it an address.",
        environment,
        null,
        List.of(),
        NONE,
        List.of("ephemeral show " + environment),
        false);
  }

  static Page noFront(EnvironmentName environment, Notice notice) {
    var page = of(environment, notice, null);
    return page.status != 503
        ? page
        : new Page(
            404,
            "No front service",
            "None of its services is public. Set public: true at one in ephemeral.yaml.",
            environment,
            notice.phase(),
            notice.details(),
            NONE,
            List.of("ephemeral show " + environment),
            false);
  }

  /// A service forwards requests to the address by which they came.
  static Page loops(EnvironmentName environment, ComponentName service, int passes) {
    var detail =
        "This request has come through the gateway "
            + passes
            + " times and is on its way to "
            + service
            + " again: a service forwards it to the address that it came by. Who forwards a request"
            + " must send the Host header of the address it forwards to, or use the address of the"
            + " service that is meant, such as ${api.url}.";
    var next = List.of("ephemeral logs " + environment + " " + service);
    return about(508, "Loop detected", detail, environment, null, next, false);
  }

  /// @param most requests that one environment may have at once
  static Page crowded(EnvironmentName environment, int most) {
    var detail =
        environment
            + " has "
            + most
            + " requests waiting or under way, as many as one environment may have at once. There"
            + " is room again as soon as some of them end.";
    var next = List.of("ephemeral logs " + environment);
    return about(503, "Too many requests at once", detail, environment, null, next, true);
  }

  static Page tooLong(Site site, ComponentName service) {
    var shown = site.shown();
    return shown == null ? early(site.name()) : of(site.name(), shown.notice(), service);
  }

  static Page outOfFiles(EnvironmentName environment) {
    var detail =
        "The control plane has no file left to open a connection with. It goes on as soon as others"
            + " are closed. If this happens often, raise its limit of open files, ulimit -n.";
    return about(503, "Too many open files", detail, environment, null, NONE, true);
  }

  static Page unreachable(Site site, ComponentName service) {
    return broken(502, site, service, service + " does not answer on its port.");
  }

  static Page brokeOff(Site site, ComponentName service) {
    return broken(502, site, service, service + " closed the connection before it answered.");
  }

  /// @param what the end of a sentence that begins with the service's name
  static Page senseless(Site site, ComponentName service, String what) {
    return broken(502, "An answer that cannot be read", site, service, service + " " + what);
  }

  static Page silent(Site site, ComponentName service) {
    return broken(504, site, service, service + " took the request and never answered.");
  }

  private static Page broken(int status, Site site, ComponentName service, String what) {
    return broken(status, "The service does not answer", site, service, what);
  }

  private static Page broken(
      int status, String title, Site site, ComponentName service, String what) {
    var next = List.of("ephemeral logs " + site.name() + " " + service);
    var shown = site.shown();
    var phase = shown == null ? null : shown.notice().phase();
    return about(status, title, what, site.name(), phase, next, false);
  }

  /// The page for a notice.
  ///
  /// @param service which one was asked for, if any
  static Page of(EnvironmentName name, Notice notice, @Nullable ComponentName service) {
    var phase = notice.phase();
    int status =
        switch (phase) {
          case QUEUED, BUILDING, STARTING, WAKING, ASLEEP, READY -> 503;
          case FAILING -> 502;
          case REMOVING -> 404;
          case GONE -> 410;
        };
    var title =
        switch (phase) {
          case QUEUED -> "In the queue";
          case BUILDING -> "Building";
          case STARTING -> "Starting";
          case WAKING, ASLEEP -> "Waking up";
          case READY -> "Almost there";
          case FAILING -> "Something needs a look";
          case REMOVING -> "Being removed";
          case GONE -> "Gone";
        };
    var logs = "ephemeral logs " + name + (service == null ? "" : " " + service);
    return new Page(
        status,
        title,
        notice.headline(),
        name,
        phase,
        notice.details(),
        notice.log(),
        phase == Phase.FAILING
            ? List.of(logs, "ephemeral show " + name)
            : status == 503 ? List.of("ephemeral show " + name) : NONE,
        status == 503);
  }

  private static Page about(
      int status,
      String title,
      String detail,
      EnvironmentName environment,
      @Nullable Phase phase,
      List<String> next,
      boolean passes) {
    return new Page(status, title, detail, environment, phase, List.of(), NONE, next, passes);
  }
}
