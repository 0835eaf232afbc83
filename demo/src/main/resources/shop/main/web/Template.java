import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** HTML with placeholders: `{{name}}` for escaped text, `{{{name}}}` for HTML. */
final class Template {

  private final String html;

  private Template(String html) {
    this.html = html;
  }

  static Template read(String file) throws IOException {
    return new Template(Files.readString(Path.of(file)));
  }

  /** Fills the placeholders; names and values alternate. */
  String fill(String... pairs) {
    StringBuilder filled = new StringBuilder(html.length() * 2);
    int done = 0;
    for (int gap = html.indexOf("{{"); gap >= 0; gap = html.indexOf("{{", done)) {
      filled.append(html, done, gap);
      boolean raw = html.startsWith("{{{", gap);
      int width = raw ? 3 : 2;
      int end = html.indexOf("}}", gap);
      String value = value(html.substring(gap + width, end), pairs);
      filled.append(raw ? value : escape(value));
      done = end + width;
    }
    return filled.append(html, done, html.length()).toString();
  }

  private static String value(String name, String[] pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return pairs[i + 1];
      }
    }
    throw new IllegalArgumentException("nothing to fill " + name + " with");
  }

  private static String escape(String text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        default -> html.append(c);
      }
    }
    return html.toString();
  }
}
