package run.ephemeral.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Requests by wrk, over keep-alive connections, to a given number of host names.
///
/// Either at full load, or paced: each connection pauses a few milliseconds before each request,
/// so that all programs get the same load, well below their capacity.
final class GatewayLoad {
  private static final String SCRIPT =
      """
      local requests, at = {}, 0
      function init(args)
        local count, every = tonumber(args[1]), tonumber(args[2])
        for i = 0, count - 1 do
          local host = "pr-shop-" .. (i * every) .. ".localhost"
          requests[i + 1] = wrk.format("GET", nil, {Host = host})
        end
        for i = count, 2, -1 do
          local j = math.random(i)
          requests[i], requests[j] = requests[j], requests[i]
        end
      end
      function request()
        at = at % #requests + 1
        return requests[at]
      end
      function done(summary, latency)
        local e = summary.errors
        io.write(string.format("figures %d %d %d %d\\n", summary.requests, summary.duration,
            latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
      end
      """;
  private static final String PAUSES =
      """
      function delay()
        return math.random(4, 12)
      end
      """;

  private final Path fast;
  private final Path paced;

  GatewayLoad(Path folder) throws IOException {
    fast = Files.writeString(folder.resolve("fast.lua"), SCRIPT);
    paced = Files.writeString(folder.resolve("paced.lua"), SCRIPT + PAUSES);
  }

  /// @param p99 99th percentile of latency in milliseconds
  record Result(double requestsPerSecond, double p99) {}

  Result fast(int port, String path, int connections, int hosts, int every, int seconds)
      throws IOException, InterruptedException {
    return run(fast, port, path, connections, hosts, every, seconds);
  }

  Result paced(int port, int connections, int seconds) throws IOException, InterruptedException {
    return run(paced, port, "/small", connections, 1, 1, seconds);
  }

  private static Result run(
      Path script, int port, String path, int connections, int hosts, int every, int seconds)
      throws IOException, InterruptedException {
    var command =
        List.of(
            "wrk",
            "-t1",
            "-c" + connections,
            "-d" + seconds + "s",
            "-s" + script,
            "http://127.0.0.1:" + port + path,
            "--",
            Integer.toString(hosts),
            Integer.toString(every));
    var wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      var text = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      wrk.waitFor();
      var figures =
          text.lines()
              .filter(line -> line.startsWith("figures "))
              .map(line -> line.split(" "))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("wrk failed: " + text));
      if (!figures[4].equals("0")) {
        throw new IllegalStateException("requests failed: " + text);
      }
      return new Result(
          Double.parseDouble(figures[1]) / Double.parseDouble(figures[2]) * 1e6,
          Double.parseDouble(figures[3]) / 1e3);
    } finally {
      wrk.destroyForcibly();
    }
  }
}
