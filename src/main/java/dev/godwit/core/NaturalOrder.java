package dev.godwit.core;

import java.util.Comparator;

/// Orders versions as people do: runs of digits by their value, everything else character by
/// character. `2` comes before `10`; `4` and `004` are equal.
public final class NaturalOrder implements Comparator<String> {

  public static final NaturalOrder INSTANCE = new NaturalOrder();

  private NaturalOrder() {}

  @Override
  public int compare(String left, String right) {
    int l = 0;
    int r = 0;
    while (l < left.length() && r < right.length()) {
      if (isDigit(left.charAt(l)) && isDigit(right.charAt(r))) {
        int lEnd = endOfDigits(left, l);
        int rEnd = endOfDigits(right, r);
        int order = compareNumbers(left.substring(l, lEnd), right.substring(r, rEnd));
        if (order != 0) {
          return order;
        }
        l = lEnd;
        r = rEnd;
      } else {
        int order = Character.compare(left.charAt(l++), right.charAt(r++));
        if (order != 0) {
          return order;
        }
      }
    }
    return Integer.compare(left.length() - l, right.length() - r);
  }

  private static int compareNumbers(String left, String right) {
    String l = withoutLeadingZeros(left);
    String r = withoutLeadingZeros(right);
    return l.length() == r.length() ? l.compareTo(r) : Integer.compare(l.length(), r.length());
  }

  private static String withoutLeadingZeros(String digits) {
    int first = 0;
    while (first < digits.length() - 1 && digits.charAt(first) == '0') {
      first++;
    }
    return digits.substring(first);
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
