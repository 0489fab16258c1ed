package dev.godwit.fault;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request or answer of HTTP/1.1 as it is on the wire: RFC 9112, as far as clients and API
/// servers use it.
///
/// @param head first line and fields, with the empty line
/// @param body with its chunks' lengths, if it has chunks
record HttpMessage(String head, byte[] body) {

  private static final int HTTP_SWITCHING = 101;

  /// Reads a request; null when the connection has ended.
  static HttpMessage request(InputStream in) throws IOException {
    String head = head(in);
    return head == null ? null : new HttpMessage(head, body(in, head, false));
  }

  /// Reads an answer.
  ///
  /// @param endless whether its body is left to the caller
  static HttpMessage answer(InputStream in, boolean endless) throws IOException {
    String head = head(in);
    if (head == null) {
      throw new EOFException();
    }
    return new HttpMessage(head, endless ? new byte[0] : body(in, head, true));
  }

  /// An answer of our own.
  static HttpMessage of(int status, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return new HttpMessage(
        "HTTP/1.1 %d Fault\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, body.length),
        body);
  }

  String method() {
    return head.substring(0, head.indexOf(' '));
  }

  /// Path and query.
  String path() {
    int start = head.indexOf(' ') + 1;
    return head.substring(start, head.indexOf(' ', start));
  }

  int status() {
    return Integer.parseInt(head.substring(9, 12));
  }

  boolean isUpgrade() {
    return status() == HTTP_SWITCHING;
  }

  /// The same with another body.
  HttpMessage with(byte[] other) {
    return new HttpMessage(
        head.replaceFirst("(?i)content-length: *[0-9]+", "Content-Length: " + other.length), other);
  }

  void writeTo(OutputStream out) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(head.getBytes(StandardCharsets.ISO_8859_1));
    all.write(body);
    out.write(all.toByteArray());
    out.flush();
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!endsHead(head)) {
      int value = in.read();
      if (value < 0) {
        return null;
      }
      head.append((char) value);
    }
    return head.toString();
  }

  private static boolean endsHead(StringBuilder head) {
    int length = head.length();
    return length >= 4
        && head.charAt(length - 1) == '\n'
        && head.charAt(length - 2) == '\r'
        && head.charAt(length - 3) == '\n';
  }

  private static byte[] body(InputStream in, String head, boolean answer) throws IOException {
    if (field(head, "transfer-encoding").filter(it -> it.contains("chunked")).isPresent()) {
      return chunks(in);
    }
    Optional<Integer> length = field(head, "content-length").map(Integer::parseInt);
    if (length.isPresent()) {
      byte[] body = in.readNBytes(length.get());
      if (body.length < length.get()) {
        throw new EOFException();
      }
      return body;
    }
    boolean without = !answer || head.startsWith(" 1", 8) || head.startsWith(" 204", 8);
    return without ? new byte[0] : in.readAllBytes();
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int length;
    do {
      String line = line(in);
      all.write(line.getBytes(StandardCharsets.ISO_8859_1));
      length = Integer.parseInt(line.strip(), 16);
      all.write(in.readNBytes(length + 2));
    } while (length > 0);
    return all.toByteArray();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    do {
      int value = in.read();
      if (value < 0) {
        throw new EOFException();
      }
      line.append((char) value);
    } while (line.charAt(line.length() - 1) != '\n');
    return line.toString();
  }

  private static Optional<String> field(String head, String name) {
    Matcher matcher =
        Pattern.compile("(?m)^" + name + ": *([^\r\n]*)").matcher(head.toLowerCase(Locale.ROOT));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
