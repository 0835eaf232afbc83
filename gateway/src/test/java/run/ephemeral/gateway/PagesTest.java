package run.ephemeral.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static run.ephemeral.gateway.Street.SHOP;
import static run.ephemeral.gateway.Street.WEB;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import run.ephemeral.core.environment.Phase;
import run.ephemeral.core.gateway.Notice;
import run.ephemeral.core.spec.ComponentName;

final class PagesTest {
  private static Page page(Phase phase) {
    var notice =
        new Notice(
            phase,
            Optional.of(WEB),
            Set.of(WEB),
            "orders said <script>alert(1)</script> & \"left\"",
            List.of(new Notice.Detail(new ComponentName("orders"), "it's {{log}}")),
            List.of("line\twith \u0007 <i>", "second \\ line"));
    return Page.of(SHOP, notice, WEB);
  }

  @ParameterizedTest
  @EnumSource
  void nothingThatComesFromAPullRequestIsMarkup(Phase phase) {
    assertThat(Pages.html(page(phase)))
        .doesNotContain("<script", "<i>")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;left&quot;")
        .contains("it&#39;s &#123;&#123;log}}")
        .doesNotContain("{{");
  }

  @ParameterizedTest
  @EnumSource
  void aPageAsksAgainByItselfOnlyWhileItIsWorthIt(Phase phase) {
    boolean passes =
        switch (phase) {
          case QUEUED, BUILDING, STARTING, WAKING, ASLEEP, READY -> true;
          case FAILING, REMOVING, GONE -> false;
        };
    assertThat(Pages.html(page(phase)).contains("http-equiv=\"refresh\"")).isEqualTo(passes);
  }

  @Test
  void aFailureSaysWhatToDoNext() {
    assertThat(Pages.html(page(Phase.FAILING)))
        .contains("ephemeral logs pr-shop-1 web", "second \\ line");
  }

  @Test
  void programsGetAProblem() {
    assertThat(Pages.json(page(Phase.FAILING)))
        .isEqualTo(
            """
            {"type":"https://ephemeral.run/problems/failing","title":"Something needs a look",\
            "status":502,"detail":"orders said <script>alert(1)</script> & \\"left\\"",\
            "environment":"pr-shop-1","phase":"failing","details":["orders it's {{log}}"],\
            "log":["line\\twith \\u0007 <i>","second \\\\ line"]}\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | true",
        "TEXT/HTML | true",
        "text/html, application/json;q=0.9 | true",
        "application/json, text/html;q=0.9 | false",
        "application/json | false",
        "*/* | false",
        "'' | false",
      })
  void whoWantsHtmlSaysSo(String accept, boolean html) {
    assertThat(Page.wantsHtml(accept)).isEqualTo(html);
  }

  @Test
  void aPageTravelsWithWhatKeepsItHarmless() throws Exception {
    try (var street = new Street()) {
      street.gateway.show(SHOP, Street.notice(Phase.BUILDING, "web"));
      var answer = street.send(street.to("pr-shop-1.localhost", "/").header("Accept", "text/html"));
      assertThat(answer.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
      assertThat(answer.headers().firstValue("content-security-policy").orElseThrow())
          .contains("default-src 'none'");
      assertThat(answer.body()).startsWith("<!doctype html>");
      var problem = street.get("pr-shop-1.localhost");
      assertThat(problem.headers().firstValue("content-type")).contains("application/problem+json");
    }
  }
}
