package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testing.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Nobody who follows a link stands before nothing.
class LinksTest {

  private static final Pattern ELSEWHERE = Pattern.compile("^[a-z][a-z0-9+.-]*:.*");

  private static final Pattern REGISTRY =
      Pattern.compile("\\b(docker\\.io|ghcr\\.io|quay\\.io|gcr\\.io|registry\\.k8s\\.io)\\b");

  /// Paths of one machine; written so that this file does not match itself.
  private static final Pattern MACHINE =
      Pattern.compile("(^|[^\\w.])/(wor[k]|far[m]|roo[t]|hom[e])/\\w");

  @Test
  void everyRelativeLinkLeadsToAFileAndItsHeading() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Page.Link link : page.links()) {
        if (!ELSEWHERE.matcher(link.to()).matches() && !leads(page, link.to())) {
          broken.add("%s:%d: %s".formatted(page.file(), link.line(), link.to()));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageOfTheDocumentationIsReachedFromTheReadme() throws IOException {
    Set<Path> reached = new TreeSet<>();
    reach(Path.of("README.md"), reached);
    assertThat(Page.all())
        .extracting(Page::file)
        .filteredOn(file -> file.startsWith("docs") || file.startsWith("deploy/samples"))
        .isNotEmpty()
        .isSubsetOf(reached);
  }

  /// Where images are kept is the reader's business.
  @Test
  void noPageNamesARegistry() throws IOException {
    for (Page page : Page.all()) {
      assertThat(page.lines())
          .as(page.file().toString())
          .noneMatch(line -> REGISTRY.matcher(line).find());
    }
  }

  @Test
  void noPageNamesAPathOfOneMachine() throws IOException {
    for (Page page : Page.all()) {
      assertThat(page.lines())
          .as(page.file().toString())
          .noneMatch(line -> MACHINE.matcher(line).find());
    }
  }

  private static boolean leads(Page from, String to) {
    int hash = to.indexOf('#');
    String path = hash < 0 ? to : to.substring(0, hash);
    Path file = path.isEmpty() ? from.file() : resolve(from, path);
    if (!Files.exists(file)) {
      return false;
    }
    return hash < 0
        || (file.toString().endsWith(".md")
            && Page.read(file).anchors().contains(to.substring(hash + 1)));
  }

  private static Path resolve(Page from, String path) {
    Path folder = from.file().getParent() == null ? Path.of("") : from.file().getParent();
    Path file = folder.resolve(path).normalize();
    return file.toString().isEmpty() ? Path.of(".") : file;
  }

  private static void reach(Path file, Set<Path> reached) throws IOException {
    if (!reached.add(file)) {
      return;
    }
    Page page = Page.read(file);
    for (Page.Link link : page.links()) {
      if (ELSEWHERE.matcher(link.to()).matches()) {
        continue;
      }
      Path to = resolve(page, link.to().replaceAll("#.*", ""));
      if (Files.isDirectory(to)) {
        // A folder shows its pages.
        try (var pages = Files.list(to)) {
          for (Path below : pages.filter(it -> it.toString().endsWith(".md")).toList()) {
            reach(below, reached);
          }
        }
      } else if (Files.exists(to) && to.toString().endsWith(".md")) {
        reach(to, reached);
      }
    }
  }
}
