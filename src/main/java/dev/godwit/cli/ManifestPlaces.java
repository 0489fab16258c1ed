package dev.godwit.cli;

import dev.godwit.engine.Spot;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// Where the fields of a YAML document stand in its file.
final class ManifestPlaces {

  /// A place in a file.
  ///
  /// @param line from 1
  /// @param column from 1, in characters
  record Place(int line, int column) {
    static Place of(Mark mark) {
      return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }
  }

  /// The text is no YAML.
  static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Place place;

    InvalidException(Place place, String message) {
      super(message);
      this.place = place;
    }

    Place place() {
      return place;
    }
  }

  private static final int LARGEST_FILE = 64 * 1024 * 1024;

  private final String text;
  private final Map<String, Node> keys = new HashMap<>();
  private final Map<String, Node> values = new HashMap<>();
  private final Map<String, Place> twice = new HashMap<>();

  private ManifestPlaces(String text, Node root) {
    this.text = text;
    values.put("", root);
    walk("", root, new HashSet<>());
  }

  /// The documents of a file; empty ones are left out.
  ///
  /// @throws InvalidException when it is no YAML
  static List<ManifestPlaces> of(String text) throws InvalidException {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LARGEST_FILE);
    List<ManifestPlaces> documents = new ArrayList<>();
    try {
      for (Node root : new Yaml(options).composeAll(new StringReader(text))) {
        if (!root.getTag().equals(Tag.NULL)) {
          documents.add(new ManifestPlaces(text, root));
        }
      }
      return documents;
    } catch (MarkedYAMLException wrong) {
      Mark mark = wrong.getProblemMark() == null ? wrong.getContextMark() : wrong.getProblemMark();
      String context = wrong.getContext() == null ? "" : wrong.getContext() + ", ";
      throw new InvalidException(
          mark == null ? new Place(1, 1) : Place.of(mark), context + wrong.getProblem());
    } catch (org.yaml.snakeyaml.error.YAMLException wrong) {
      throw new InvalidException(new Place(1, 1), wrong.getMessage());
    }
  }

  private void walk(String path, Node node, Set<Node> above) {
    if (!above.add(node)) {
      return;
    }
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple entry : mapping.getValue()) {
          String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
          String below = path.isEmpty() ? key : path + "." + key;
          if (values.put(below, entry.getValueNode()) != null) {
            twice.put(below, Place.of(entry.getKeyNode().getStartMark()));
          }
          keys.put(below, entry.getKeyNode());
          walk(below, entry.getValueNode(), above);
        }
      }
      case SequenceNode sequence -> {
        for (int i = 0; i < sequence.getValue().size(); i++) {
          String below = "%s[%d]".formatted(path, i);
          values.put(below, sequence.getValue().get(i));
          walk(below, sequence.getValue().get(i), above);
        }
      }
      default -> {}
    }
    above.remove(node);
  }

  /// Fields that are there twice in the same object, by path, where the second one is.
  Map<String, Place> twice() {
    return twice;
  }

  /// Where the document begins.
  Place start() {
    return Place.of(values.get("").getStartMark());
  }

  /// Where something is; of a field that is missing, what should hold it.
  ///
  /// @param spot null for the document
  Place of(Spot spot) {
    if (spot == null || spot.path() == null) {
      return start();
    }
    String path = spot.path();
    while (!values.containsKey(path)) {
      int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
      path = cut < 0 ? "" : path.substring(0, cut);
    }
    if (values.get(path) instanceof ScalarNode scalar) {
      return new ScalarPlaces(text, scalar).of(spot);
    }
    return Place.of(keys.getOrDefault(path, values.get(path)).getStartMark());
  }
}
