package dev.godwit.fault;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request of the operator that changes something on the API server.
///
/// @param number of the operator's writes, from 1
/// @param ordinal of its writes of this kind, from 1
/// @param kind method and resource, as `PATCH mongomigrations/status`
record Write(int number, int ordinal, String kind) {

  private static final Pattern PATH =
      Pattern.compile("/namespaces/[^/?]+/([a-z]+)(?:/[^/?]+)?(?:/([a-z]+))?(?:\\?.*)?$");

  /// Method and resource of a request; null when it changes nothing, or
  /// only the lease of the leader.
  static String kind(String method, String path) {
    if (method.equals("GET") || method.equals("HEAD")) {
      return null;
    }
    Matcher matcher = PATH.matcher(path);
    if (!matcher.find() || matcher.group(1).equals("leases")) {
      return null;
    }
    String sub = matcher.group(2) == null ? "" : "/" + matcher.group(2);
    return method + " " + matcher.group(1) + sub;
  }

  /// Names it in another run of the same story.
  String point() {
    return kind + " #" + ordinal;
  }
}
