package dev.godwit.cli;

import dev.godwit.cli.ManifestPlaces.Place;
import dev.godwit.engine.Spot;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.ScalarNode;

/// Finds places inside a text of a YAML file, in whatever style it is written. Styles differ in
/// what they do to white space; all other characters of the value are there in the file, in the
/// same order, so that counting them leads to the place.
final class ScalarPlaces {

  private final String file;
  private final ScalarNode scalar;

  /// @param file the whole file's text
  ScalarPlaces(String file, ScalarNode scalar) {
    this.file = file;
    this.scalar = scalar;
  }

  /// Where a spot is whose path leads to this text.
  Place of(Spot spot) {
    int offset = spot.offset();
    if (offset < 0 && spot.word() != null) {
      offset = scalar.getValue().indexOf(spot.word());
    }
    return offset < 0 ? Place.of(scalar.getStartMark()) : place(position(offset));
  }

  private Place place(int position) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < position; i++) {
      if (file.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new Place(line, file.codePointCount(start, position) + 1);
  }

  /// Where a character of the value is in the file. What lies behind the last one is the place
  /// after it.
  private int position(int offset) {
    int wanted =
        (int)
            scalar
                .getValue()
                .substring(0, Math.min(offset, scalar.getValue().length()))
                .chars()
                .filter(character -> !isSpace(character))
                .count();
    int end = index(scalar.getEndMark().getIndex());
    int at = start();
    int after = at;
    while (at < end) {
      int length = length(at, end);
      if (counts(at)) {
        if (wanted == 0) {
          return at;
        }
        wanted--;
        after = at + length;
      }
      at += length;
    }
    return after;
  }

  /// Where the value begins: behind the quote, or below the line of a block's `|` or `>`.
  private int start() {
    int start = index(scalar.getStartMark().getIndex());
    return switch (scalar.getScalarStyle()) {
      case SINGLE_QUOTED, DOUBLE_QUOTED -> start + 1;
      case LITERAL, FOLDED -> file.indexOf('\n', start) + 1;
      default -> start;
    };
  }

  /// Marks count code points.
  private int index(int codePoints) {
    return file.offsetByCodePoints(0, codePoints);
  }

  /// How many characters of the file make one of the value.
  private int length(int at, int end) {
    char character = file.charAt(at);
    ScalarStyle style = scalar.getScalarStyle();
    if (style == ScalarStyle.SINGLE_QUOTED && character == '\'') {
      return Math.min(2, end - at);
    }
    if (style == ScalarStyle.DOUBLE_QUOTED && character == '\\' && at + 1 < end) {
      return switch (file.charAt(at + 1)) {
        case 'x' -> 4;
        case 'u' -> 6;
        case 'U' -> 10;
        default -> 2;
      };
    }
    return 1;
  }

  private boolean counts(int at) {
    char character = file.charAt(at);
    if (scalar.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED && character == '\\') {
      // Escapes of white space, and of the end of the line.
      return "nrt \t\n\r".indexOf(file.charAt(at + 1)) < 0;
    }
    return !isSpace(character);
  }

  private static boolean isSpace(int character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
  }
}
