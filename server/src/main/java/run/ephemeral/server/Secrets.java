package run.ephemeral.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import run.ephemeral.core.Sealed;

/// Encrypts what the tables must not show, with AES-256-GCM and a key in a file that only its owner
/// can read. A copy of the database alone reveals nothing.
final class Secrets {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Path file;

  /// @param file made when it is needed first
  Secrets(Path file) {
    this.file = file;
  }

  Sealed seal(String text) {
    try {
      var nonce = random(NONCE_BYTES);
      var cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key(), new GCMParameterSpec(TAG_BITS, nonce));
      var hidden = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
      var both = ByteBuffer.allocate(nonce.length + hidden.length).put(nonce).put(hidden);
      return new Sealed(Base64.getEncoder().encodeToString(both.array()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// @throws IllegalArgumentException when another key was used, or the text is damaged
  String open(Sealed sealed) {
    try {
      var both = Base64.getDecoder().decode(sealed.text());
      var cipher = Cipher.getInstance(CIPHER);
      var nonce = new GCMParameterSpec(TAG_BITS, both, 0, NONCE_BYTES);
      cipher.init(Cipher.DECRYPT_MODE, key(), nonce);
      var text = cipher.doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES);
      return new String(text, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "it cannot be decrypted with the key in %s".formatted(file), e);
    }
  }

  private synchronized SecretKeySpec key() {
    try {
      if (!Files.exists(file)) {
        var half = file.resolveSibling(file.getFileName() + ".half");
        Files.deleteIfExists(half);
        var owner = PosixFilePermissions.fromString("rw-------");
        Files.createFile(half, PosixFilePermissions.asFileAttribute(owner));
        Files.write(half, random(KEY_BYTES));
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      }
      var bytes = Files.readAllBytes(file);
      if (bytes.length != KEY_BYTES) {
        throw new IllegalArgumentException(
            "%s is not a key of %d bytes".formatted(file, KEY_BYTES));
      }
      return new SecretKeySpec(bytes, "AES");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Bytes that nobody can guess.
  static byte[] random(int bytes) {
    var random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return random;
  }
}
