package dev.godwit.training;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The path of a request to an API server.
///
/// @param group `/api/v1` or `/apis/<group>/<version>`
/// @param namespace null for all of them
/// @param name null for a collection; subresources are taken for the object itself
record ApiPath(String group, String namespace, String plural, String name) {

  private static final Pattern FORM =
      Pattern.compile(
          "(/api/v1|/apis/[^/]+/[^/]+)(?:/namespaces/([^/]+))?/([^/]+)(?:/([^/]+))?(?:/.*)?");

  /// @return null when it is no path of an object or a collection
  static ApiPath parse(String path) {
    Matcher form = FORM.matcher(path);
    return form.matches()
        ? new ApiPath(form.group(1), form.group(2), form.group(3), form.group(4))
        : null;
  }

  ApiPath withName(String newName) {
    return new ApiPath(group, namespace, plural, newName);
  }

  String collection() {
    return group + "/" + plural;
  }

  String key() {
    return collection() + "/" + namespace + "/" + name;
  }

  boolean contains(String key) {
    return key.startsWith(collection() + "/" + (namespace == null ? "" : namespace + "/"));
  }
}
