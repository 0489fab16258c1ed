package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.testing.Page;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The phases in the concepts are those of the decider, which `ModelWalkTest` holds to
/// `MigrationPhase.exits()`.
class PhaseDiagramTest {

  private static final Page CONCEPTS = Page.read(Path.of("docs/concepts.md"));
  private static final Pattern EDGE = Pattern.compile("^\\s*(\\w+) --> (\\w+)(?:: .+)?$");
  private static final Pattern ROW = Pattern.compile("^\\| (\\w+) \\| .+ \\| ([\\w, ]+) \\|$");

  @Test
  void theTableHasEveryExitAndNoOther() {
    Map<MigrationPhase, Set<MigrationPhase>> rows = new EnumMap<>(MigrationPhase.class);
    Set<String> names =
        Stream.of(MigrationPhase.values()).map(Enum::name).collect(Collectors.toSet());
    for (String line : CONCEPTS.lines()) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && names.contains(row.group(1))) {
        Set<MigrationPhase> exits = EnumSet.noneOf(MigrationPhase.class);
        for (String exit : row.group(2).split(", ")) {
          exits.add(MigrationPhase.valueOf(exit));
        }
        rows.put(MigrationPhase.valueOf(row.group(1)), exits);
      }
    }
    Map<MigrationPhase, Set<MigrationPhase>> wanted = new EnumMap<>(MigrationPhase.class);
    for (MigrationPhase phase : MigrationPhase.values()) {
      wanted.put(phase, phase.exits());
    }
    assertThat(rows).isEqualTo(wanted);
  }

  @Test
  void everyEdgeOfTheDiagramIsAnExitAndEveryPhaseIsReached() {
    String diagram =
        CONCEPTS.blocks().stream()
            .filter(block -> block.language().equals("mermaid"))
            .findFirst()
            .orElseThrow()
            .text();
    Set<MigrationPhase> left = EnumSet.noneOf(MigrationPhase.class);
    Set<MigrationPhase> reached = EnumSet.of(MigrationPhase.Pending);
    for (String line : diagram.lines().toList()) {
      Matcher edge = EDGE.matcher(line);
      if (edge.matches()) {
        MigrationPhase from = MigrationPhase.valueOf(edge.group(1));
        MigrationPhase to = MigrationPhase.valueOf(edge.group(2));
        assertThat(from.exits()).as(line).contains(to);
        left.add(from);
        reached.add(to);
      } else {
        assertThat(line.strip()).isIn("stateDiagram-v2", "[*] --> Pending");
      }
    }
    assertThat(left).as("no phase is a dead end").isEqualTo(EnumSet.allOf(MigrationPhase.class));
    assertThat(reached).isEqualTo(EnumSet.allOf(MigrationPhase.class));
  }
}
