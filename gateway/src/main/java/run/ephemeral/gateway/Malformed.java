package run.ephemeral.gateway;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.InvalidChunkExtensionException;
import io.netty.handler.codec.http.InvalidChunkTerminationException;
import io.netty.handler.codec.http.InvalidLineSeparatorException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/// Says what is wrong with a message that the decoder could not read.
final class Malformed {
  private static final int LONGEST = 200;

  private Malformed() {}

  static Page request(@Nullable Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> Page.refused(414, "The request line is too long.");
      case TooLongHttpHeaderException _ ->
          Page.refused(431, "The request's headers are too large.");
      case InvalidLineSeparatorException _ ->
          Page.refused(400, "A line of the request does not end with CR and LF.");
      case IllegalArgumentException e when e.getMessage() != null ->
          Page.refused(400, "The request is not well-formed: " + told(e.getMessage()) + ".");
      case null, default -> Page.refused(400, "The request is not well-formed.");
    };
  }

  static Page body(@Nullable Throwable cause) {
    var why =
        switch (cause) {
          case NumberFormatException _ -> "the size of a chunk is not a hexadecimal number.";
          case InvalidChunkExtensionException _ ->
              "the extension of a chunk has characters that may not be there.";
          case InvalidChunkTerminationException _ -> "a chunk does not end where its size says.";
          case TooLongHttpLineException _ -> "the line with the size of a chunk is too long.";
          case TooLongHttpHeaderException _ -> "its trailers are too large.";
          case InvalidLineSeparatorException _ -> "a line does not end with CR and LF.";
          case null, default -> "it is not what the request's head says.";
        };
    return Page.refused(400, "The request's body is not well-formed: " + why);
  }

  /// What is wrong with an answer's head, as the end of a sentence about the service.
  static String answer(HttpResponse response, GatewayConfig.Limits limits) {
    int status = response.status().code();
    return switch (response.decoderResult().cause()) {
      case TooLongHttpHeaderException _ ->
          "answered with headers larger than " + limits.headerSize() / 1024 + " KB.";
      case TooLongHttpLineException _ ->
          "answered with a status line longer than " + limits.uriLength() / 1024 + " KB.";
      case null ->
          status == 101
              ? "switched to another protocol without being asked to."
              : "answered with the status " + status + ", which HTTP does not have.";
      // The decoder's placeholder for an answer whose first line it could not read.
      case Throwable _ when status == 999 ->
          "answered with something that is not HTTP: its first line is no status line.";
      case IllegalArgumentException e when e.getMessage() != null ->
          "answered with headers that are not well-formed: " + told(e.getMessage()) + ".";
      case InvalidLineSeparatorException _ ->
          "answered with headers of which a line does not end with CR and LF.";
      case Throwable _ -> "answered with headers that are not well-formed.";
    };
  }

  /// The message may quote untrusted text of any length.
  private static String told(String why) {
    return why.length() <= LONGEST ? why : why.substring(0, LONGEST) + "…";
  }
}
