package dev.godwit.engine.backup;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Names of the collections that a restore or a step puts beside the user's. A name that would be
/// too long for the server is cut and gets a hash of the whole; the same input gives the same name.
///
/// @param database name of the database
/// @param tag names the restore; two restores with different tags never share a collection
public record DerivedNames(String database, String tag) {

  /// Limit for `database.collection`: 255 for a plain collection of MongoDB, 235 for a sharded one
  /// and on FerretDB.
  static final int MAX_NAMESPACE_BYTES = 235;

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9.-]{1,63}");
  private static final int HASH_DIGITS = 16;

  /// @throws IllegalArgumentException when the tag has other characters
  public DerivedNames {
    if (!TAG.matcher(tag).matches()) {
      throw new IllegalArgumentException(
          "tag '%s' is not 1 to 63 letters, digits, '.', '-'".formatted(tag));
    }
  }

  String shadowPrefix() {
    return "_godwit_shadow_" + tag + "_";
  }

  String shadow(String collection) {
    return fitting(shadowPrefix(), collection);
  }

  /// @param number 1 for the collection that is replaced, above for others that came in between
  String aside(String collection, int number) {
    String place = number == 1 ? "" : "~" + number;
    return fitting("_godwit_aside_" + tag + place + "_", collection);
  }

  /// @param place tells it from others of the same tag: letters, digits, `-`
  public String aside(String collection, String place) {
    return fitting("_godwit_aside_" + tag + "~" + place + "_", collection);
  }

  /// Whether a collection of this name was set aside by this restore.
  boolean isAside(String name) {
    return name.startsWith("_godwit_aside_" + tag + "_")
        || name.startsWith("_godwit_aside_" + tag + "~");
  }

  /// Two names for trying whether the server renames collections called like this one.
  String trial(String collection, int number) {
    return fitting("_godwit_scratch_" + tag + "~" + number + "_", collection);
  }

  private String fitting(String prefix, String collection) {
    int room = MAX_NAMESPACE_BYTES - bytes(database) - 1 - bytes(prefix);
    if (bytes(collection) <= room) {
      return prefix + collection;
    }
    String hash =
        "~" + Sha256.of(collection.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_DIGITS);
    StringBuilder cut = new StringBuilder();
    int left = room - bytes(hash);
    for (int point : collection.codePoints().toArray()) {
      String letter = Character.toString(point);
      left -= bytes(letter);
      if (left < 0) {
        break;
      }
      cut.append(letter);
    }
    return prefix + cut + hash;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
