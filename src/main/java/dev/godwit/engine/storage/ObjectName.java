package dev.godwit.engine.storage;

/// The form of an object's name: a relative path with `/` between its segments.
final class ObjectName {

  private ObjectName() {}

  static boolean isValid(String name) {
    if (name.isEmpty() || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0) {
      return false;
    }
    for (String segment : name.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return true;
  }

  /// @param place where it should be, for the message
  static InvalidNameException invalid(String name, String place) {
    return new InvalidNameException(
        "'%s' does not name an object inside %s".formatted(name, place));
  }
}
