package run.ephemeral.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import run.ephemeral.core.Sealed;

/// A copy of the database alone reveals nothing.
class SecretsTest {
  private static final String TEXT = "token: s3cret";

  @TempDir Path folder;

  private Secrets secrets() {
    return new Secrets(folder.resolve("key"));
  }

  @Test
  void whatIsSealedIsReadOnlyWithTheSameKey() throws Exception {
    var sealed = secrets().seal(TEXT);
    assertThat(sealed.text()).doesNotContain("s3cret");
    assertThat(sealed).hasToString("sealed");
    assertThat(secrets().open(sealed)).isEqualTo(TEXT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key"))))
        .isEqualTo("rw-------");
    Files.delete(folder.resolve("key"));
    refuses(sealed);
  }

  @Test
  void theSameTextNeverLooksTheSame() {
    assertThat(secrets().seal(TEXT)).isNotEqualTo(secrets().seal(TEXT));
  }

  @Test
  void whatIsDamagedIsRefused() {
    var text = secrets().seal(TEXT).text();
    refuses(new Sealed(text.substring(0, text.length() - 8)));
    refuses(new Sealed(text.substring(4)));
    refuses(new Sealed("?"));
    refuses(new Sealed(""));
  }

  private void refuses(Sealed sealed) {
    assertThatThrownBy(() -> secrets().open(sealed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be decrypted with the key in");
  }
}
