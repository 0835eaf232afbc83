package run.ephemeral.engine.kubernetes.client;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Takes the first lines of an answer, and ends it then: the log of a container that writes as fast
/// as it is read does not end by itself.
final class FirstLines implements BodySubscriber<byte[]> {
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private int left;
  private Flow.@Nullable Subscription subscription;

  FirstLines(int count) {
    this.left = count;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription coming) {
    subscription = coming;
    coming.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    for (var piece : pieces) {
      while (left > 0 && piece.hasRemaining()) {
        var next = piece.get();
        taken.write(next);
        left -= next == '\n' ? 1 : 0;
      }
    }
    if (left == 0 && body.complete(taken.toByteArray()) && subscription != null) {
      subscription.cancel();
    }
  }

  @Override
  public void onError(Throwable problem) {
    body.completeExceptionally(problem);
  }

  @Override
  public void onComplete() {
    body.complete(taken.toByteArray());
  }
}
