package dev.godwit.api.v1alpha1;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The order of versions: runs of digits compare as numbers, so 2 comes before 10 and 1.9 before
/// 1.10; the rest compares letter by letter. Versions that differ only in leading zeros compare as
/// strings, so that the order is total; where they must count as one version, `BY_VALUE` and
/// `sameVersion` make no difference between them.
public final class NaturalOrder {

  /// The order as a comparator.
  public static final Comparator<String> COMPARATOR = NaturalOrder::compare;

  /// The order in which versions that differ only in leading zeros tie.
  public static final Comparator<String> BY_VALUE = NaturalOrder::compareByValue;

  private static final Pattern PART = Pattern.compile("[0-9]+|[^0-9]+");

  private NaturalOrder() {}

  /// Below, at or above zero as `left` comes before, is, or comes after `right`.
  public static int compare(String left, String right) {
    int byValue = compareByValue(left, right);
    return byValue == 0 ? left.compareTo(right) : byValue;
  }

  /// Whether people read both as one version: 4 and 004 are the same.
  public static boolean sameVersion(String left, String right) {
    return compareByValue(left, right) == 0;
  }

  private static int compareByValue(String left, String right) {
    Matcher one = PART.matcher(left);
    Matcher other = PART.matcher(right);
    boolean hasOne = one.find();
    boolean hasOther = other.find();
    while (hasOne && hasOther) {
      int result = compareParts(one.group(), other.group());
      if (result != 0) {
        return result;
      }
      hasOne = one.find();
      hasOther = other.find();
    }
    return Boolean.compare(hasOne, hasOther);
  }

  private static int compareParts(String left, String right) {
    boolean numbers = Character.isDigit(left.charAt(0)) && Character.isDigit(right.charAt(0));
    return numbers ? new BigInteger(left).compareTo(new BigInteger(right)) : left.compareTo(right);
  }
}
