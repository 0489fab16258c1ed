package dev.godwit.engine.bson;

import java.util.ArrayList;
import java.util.List;

/// Dotted paths of fields: `address.city`.
public final class DottedPath {

  private DottedPath() {}

  /// The top-level field that a path is in, or is.
  public static String top(String path) {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }

  /// The paths that lead to this one, the shortest first; none for a top-level field.
  public static List<String> parents(String path) {
    List<String> parents = new ArrayList<>();
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      parents.add(path.substring(0, dot));
    }
    return parents;
  }
}
