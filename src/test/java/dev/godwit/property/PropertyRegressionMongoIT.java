package dev.godwit.property;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.godwit.property.Case.Kind;
import dev.godwit.property.Case.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Replays what [PropertyMongoIT] once found: each folder of `src/test/resources/property`, crashed
/// as it was then, and at points all along its way, since writes move when the engine changes.
class PropertyRegressionMongoIT {

  private static final Path KEPT = Path.of("src", "test", "resources", "property");
  private static final int POINTS = 10;

  @TestFactory
  Stream<DynamicTest> whatWasFoundOnceDoesNotComeBack() throws IOException {
    List<Path> folders;
    try (Stream<Path> found = Files.list(KEPT)) {
      folders = found.filter(Files::isDirectory).sorted().toList();
    }
    return folders.stream()
        .map(folder -> dynamicTest(folder.getFileName().toString(), () -> replay(folder)));
  }

  private static void replay(Path folder) throws IOException {
    Case one = CaseFiles.read(folder);
    Point point = one.crash().apply();
    Trial.run(
        one,
        point.kind() == Kind.NONE
            ? List.of(point)
            : Stream.concat(
                    Stream.of(point),
                    IntStream.range(0, POINTS)
                        .mapToObj(i -> new Point(point.kind(), i * 1000 / POINTS)))
                .toList());
  }
}
