package dev.godwit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of documentation.
///
/// @param file where it is, from the top of the tree
/// @param lines its lines
public record Page(Path file, List<String> lines) {

  /// A fenced block.
  ///
  /// @param language the word after the fence; empty when there is none
  /// @param text what is in it
  /// @param line line of the opening fence, from 1
  public record Block(String language, String text, int line) {}

  /// A link or an image.
  ///
  /// @param to as it is written
  /// @param line from 1
  public record Link(String to, int line) {}

  private static final Set<String> NOT_OURS = Set.of(".git", "target", "node_modules");
  private static final Pattern FENCE = Pattern.compile("^\\s*(`{3,}|~{3,})\\s*([\\w-]*).*$");
  private static final Pattern LINK =
      Pattern.compile("\\]\\(<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\)");
  private static final Pattern HEADING = Pattern.compile("^#{1,6}\\s+(.*?)\\s*#*$");

  public static Page read(Path file) {
    try {
      return new Page(file, Files.readAllLines(file));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// Every page of the tree.
  public static List<Page> all() throws IOException {
    List<Page> pages = new ArrayList<>();
    Files.walkFileTree(
        Path.of(""),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            Path name = folder.getFileName();
            return name != null && NOT_OURS.contains(name.toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              pages.add(read(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }

  /// The fenced blocks, in order.
  public List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    String fence = null;
    String language = "";
    StringBuilder text = new StringBuilder();
    int begin = 0;
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = FENCE.matcher(lines.get(i));
      if (fence == null && line.matches()) {
        fence = line.group(1);
        language = line.group(2);
        text.setLength(0);
        begin = i + 1;
      } else if (fence != null && lines.get(i).strip().equals(fence)) {
        blocks.add(new Block(language, text.toString(), begin));
        fence = null;
      } else if (fence != null) {
        text.append(lines.get(i)).append('\n');
      }
    }
    if (fence != null) {
      throw new IllegalStateException("%s:%d: the block has no end".formatted(file, begin));
    }
    return List.copyOf(blocks);
  }

  /// The links outside of code.
  public List<Link> links() {
    List<Link> links = new ArrayList<>();
    List<String> prose = prose();
    for (int i = 0; i < prose.size(); i++) {
      Matcher link = LINK.matcher(prose.get(i).replaceAll("`[^`]*`", "code"));
      while (link.find()) {
        links.add(new Link(link.group(1), i + 1));
      }
    }
    return links;
  }

  /// The anchors of its headings, as web front ends of Git make them.
  public Set<String> anchors() {
    Set<String> anchors = new java.util.HashSet<>();
    for (String line : prose()) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String anchor = anchor(heading.group(1));
        String unique = anchor;
        for (int number = 1; !anchors.add(unique); number++) {
          unique = anchor + "-" + number;
        }
      }
      Matcher named = Pattern.compile("<a (?:id|name)=\"([^\"]+)\">").matcher(line);
      while (named.find()) {
        anchors.add(named.group(1));
      }
    }
    return anchors;
  }

  private static String anchor(String heading) {
    String text = heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1").replaceAll("<[^>]*>", "");
    return text.toLowerCase(java.util.Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
        .replace(' ', '-');
  }

  /// Its lines, those of fenced blocks emptied.
  private List<String> prose() {
    List<String> prose = new ArrayList<>(lines);
    for (Block block : blocks()) {
      long length = block.text().lines().count();
      for (int i = block.line() - 1; i <= block.line() + length; i++) {
        prose.set(i, "");
      }
    }
    return prose;
  }
}
