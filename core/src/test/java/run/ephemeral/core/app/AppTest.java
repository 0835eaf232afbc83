package run.ephemeral.core.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import run.ephemeral.core.spec.AppName;

class AppTest {
  private static App app(String source) {
    return new App(new AppName("shop"), "shop", source, "main", Instant.EPOCH, Optional.empty());
  }

  private static void check(String source, String shown) {
    assertThat(app(source).shownSource()).isEqualTo(shown);
    assertThat(app(source)).hasToString("app shop from " + shown);
  }

  @Test
  void aSourceIsShownWithoutUserPasswordAndQuery() {
    check("https://host/x.git", "https://host/x.git");
    check("https://u:p@host/x.git", "https://host/x.git");
    check("https://u:p@ss@host/x.git", "https://host/x.git");
    check("https://u:p@ss:w@rd@host:8443/x@y.git", "https://host:8443/x@y.git");
    check("https://token@host/x.git", "https://host/x.git");
    check("https://u%40corp:p%2Fw@host/x.git", "https://host/x.git");
    check("https://u:p@host", "https://host");
    check("https://u:p@host?private_token=abc", "https://host?***");
    check("https://host/x.git?private_token=abc@b&c=d", "https://host/x.git?***");
    check("https://host/x.git#abc@b", "https://host/x.git?***");
    check("https://u:p@[::1]:80/x.git", "https://[::1]:80/x.git");
    check("ssh://git@host/x.git", "ssh://host/x.git");
    check("HTTP://u:p@host/x", "HTTP://host/x");
  }

  @Test
  void aUrlWhosePasswordMakesItAnotherUrlIsNotShown() {
    check("https://u:p/w@host/x.git", "https://***");
    check("https://u:p#w@host/x.git", "https://***");
    check("https://u:p?w@host/x.git", "https://***");
    check("https://a b:c/x", "https://***");
  }

  @Test
  void whatIsNoUrlIsShownUnlessItHoldsAPassword() {
    check("/srv/git/shop", "/srv/git/shop");
    check("/srv/a:b@c/shop?x", "/srv/a:b@c/shop?x");
    check("file:///srv/git/shop", "file:///srv/git/shop");
    check("git@github.com:shop/shop.git", "git@github.com:shop/shop.git");
    check("host:shop.git", "host:shop.git");
    check("user:pw@host:shop.git", "host:shop.git");
    check("user:p@w/x@host:shop.git", "host:shop.git");
  }

  private static void quotes(String source, String text, String shown) {
    assertThat(app(source).shown(text)).isEqualTo(shown);
  }

  @Test
  void aTextIsShownWithoutWhatItQuotesOfThem() {
    var source = "https://joanna:p%40ss+word@host/x.git?key=tok3n";
    quotes(source, source + ": not found", "https://host/x.git?***: not found");
    quotes(source, "joanna p@ss+word P%40SS+WORD", "*** *** ***");
    quotes(source, "https://other:secret@elsewhere/y", "https://elsewhere/y");
    quotes(source, "x?key=tok3n", "x?key=***");
    quotes(source, "nothing of that", "nothing of that");
    quotes("https://t0ken@host/x", "t0ken: 401", "***: 401");
    quotes("https://u:p@ss@host/x", "no user u:p@ss here, nor p@ss", "no user *** here, nor ***");
    quotes("ssh://deploy@host/x", "deploy is no user", "deploy is no user");
    quotes("https://u:p/wordy@host/x", "the port p/wordy@host", "the port p/***@***");
    quotes("/srv/shop", "/srv/shop is no repository", "/srv/shop is no repository");
  }
}
