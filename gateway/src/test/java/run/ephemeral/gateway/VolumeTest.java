package run.ephemeral.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A gigabyte passes in either direction and takes hardly any memory.
@Tag("long")
final class VolumeTest {
  private static final String HOST = "pr-shop-1.localhost";
  private static final long GIGABYTE = 1L << 30;
  private static final long LITTLE = 64L << 20;

  private final Street street = new Street();
  private final AtomicLong most = new AtomicLong();

  @AfterEach
  void close() throws Exception {
    street.close();
  }

  /// The memory allocated for bytes in transit.
  private void look() {
    most.accumulateAndGet(
        PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()
            + PooledByteBufAllocator.DEFAULT.metric().usedHeapMemory(),
        Math::max);
  }

  private final class Endless extends InputStream {
    private long left = GIGABYTE;

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      look();
      int count = (int) Math.min(left, length);
      left -= count;
      return count == 0 ? -1 : count;
    }
  }

  private static void answer(HttpExchange exchange, long length, InputStream body)
      throws IOException {
    exchange.sendResponseHeaders(200, length);
    body.transferTo(exchange.getResponseBody());
    exchange.close();
  }

  @Test
  void down() throws Exception {
    street.serve(exchange -> answer(exchange, GIGABYTE, new Endless()));
    var answer = street.client.send(street.to(HOST, "/").build(), BodyHandlers.ofInputStream());
    try (var in = answer.body()) {
      assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(GIGABYTE);
    }
    assertThat(most).hasValueLessThan(LITTLE);
  }

  @Test
  void up() throws Exception {
    street.serve(
        exchange -> {
          long length = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
          answer(exchange, 0, new ByteArrayInputStream(Long.toString(length).getBytes(UTF_8)));
        });
    var body = BodyPublishers.ofInputStream(Endless::new);
    var answer = street.send(street.to(HOST, "/").POST(body));
    assertThat(answer.body()).isEqualTo(Long.toString(GIGABYTE));
    assertThat(most).hasValueLessThan(LITTLE);
  }
}
