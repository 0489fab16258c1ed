package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.AggregateCheck;
import dev.godwit.api.v1alpha1.Check;
import dev.godwit.api.v1alpha1.CollectionAbsentCheck;
import dev.godwit.api.v1alpha1.CollectionExistsCheck;
import dev.godwit.api.v1alpha1.CountCheck;
import dev.godwit.api.v1alpha1.CountUnchangedCheck;
import dev.godwit.api.v1alpha1.CountedCollection;
import dev.godwit.api.v1alpha1.Expectation;
import dev.godwit.api.v1alpha1.FieldOfCollection;
import dev.godwit.api.v1alpha1.IndexExistsCheck;
import dev.godwit.api.v1alpha1.NoDocumentsCheck;
import dev.godwit.api.v1alpha1.ReferencesCheck;
import dev.godwit.api.v1alpha1.SameCountCheck;
import dev.godwit.api.v1alpha1.UniqueCheck;
import dev.godwit.api.v1alpha1.UsesIndexCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;

/// Turns the checks of a manifest into compiled ones, or refuses them with the field's path.
final class CheckCompiler {

  private CheckCompiler() {}

  /// @param list path of the list, for messages
  static List<CompiledCheck> compile(String list, List<Check> checks, Problems problems) {
    List<CompiledCheck> compiled = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < checks.size(); i++) {
      Check check = checks.get(i);
      String path = "%s[%d]".formatted(list, i);
      problems
          .section(
              () -> {
                problems.check(() -> ManifestFields.name(path, check.name(), names));
                CompiledCheck.Kind kind = problems.of(() -> onlyKind(path, check));
                problems.settle();
                return new CompiledCheck(check.name(), path, kind);
              })
          .ifPresent(compiled::add);
    }
    return List.copyOf(compiled);
  }

  private static CompiledCheck.Kind onlyKind(String path, Check check) {
    if (check.kinds().size() != 1) {
      throw ManifestFields.invalid(
          path,
          "a check has exactly one of %s; this one has %d"
              .formatted(Check.KINDS, check.kinds().size()));
    }
    return kind(path, check);
  }

  private static CompiledCheck.Kind kind(String path, Check check) {
    return switch (check.kinds().getFirst()) {
      case CountCheck count -> {
        if (count.equals() == null
            ? count.min() == null && count.max() == null
            : count.min() != null || count.max() != null) {
          throw ManifestFields.invalid(
              path + ".count", "either equals, or min, max or both are needed");
        }
        yield new CompiledCheck.Kind.Count(
            ManifestFields.collection(path + ".count", count.collection()),
            ManifestFields.filterOrEmpty(path + ".count.filter", count.filter()),
            count.equals() == null ? count.min() : count.equals(),
            count.equals() == null ? count.max() : count.equals());
      }
      case NoDocumentsCheck none ->
          new CompiledCheck.Kind.NoDocuments(
              ManifestFields.collection(path + ".noDocuments", none.collection()),
              ManifestFields.filterOrEmpty(path + ".noDocuments.filter", none.filter()));
      case CountUnchangedCheck unchanged ->
          new CompiledCheck.Kind.CountUnchanged(
              ManifestFields.collection(path + ".countUnchanged", unchanged.collection()));
      case IndexExistsCheck index ->
          new CompiledCheck.Kind.IndexExists(
              ManifestFields.collection(path + ".indexExists", index.collection()),
              IndexDefinition.keys(index.keys()),
              index.unique());
      case CollectionExistsCheck exists ->
          new CompiledCheck.Kind.CollectionExists(
              ManifestFields.collection(path + ".collectionExists", exists.collection()));
      case CollectionAbsentCheck absent ->
          new CompiledCheck.Kind.CollectionAbsent(
              ManifestFields.collection(path + ".collectionAbsent", absent.collection()));
      case SameCountCheck same -> sameCount(path + ".sameCount", same);
      case ReferencesCheck references -> references(path + ".references", references);
      case UniqueCheck unique -> unique(path + ".unique", unique);
      case AggregateCheck aggregate -> aggregate(path + ".aggregate", aggregate);
      case UsesIndexCheck query -> usesIndex(path + ".usesIndex", query);
      default -> throw new IllegalStateException("no such kind of check");
    };
  }

  private static CompiledCheck.Kind sameCount(String path, SameCountCheck check) {
    CountedCollection left = needed(path + ".left", check.left());
    CountedCollection right = needed(path + ".right", check.right());
    return new CompiledCheck.Kind.SameCount(
        ManifestFields.collection(path + ".left", left.collection()),
        ManifestFields.filterOrEmpty(path + ".left.filter", left.filter()),
        ManifestFields.collection(path + ".right", right.collection()),
        ManifestFields.filterOrEmpty(path + ".right.filter", right.filter()));
  }

  private static CompiledCheck.Kind references(String path, ReferencesCheck check) {
    FieldOfCollection to = needed(path + ".to", check.to());
    return new CompiledCheck.Kind.References(
        ManifestFields.collection(path, check.collection()),
        ManifestFields.field(path + ".field", check.field()),
        ManifestFields.collection(path + ".to", to.collection()),
        ManifestFields.field(path + ".to.field", to.field()));
  }

  private static CompiledCheck.Kind unique(String path, UniqueCheck check) {
    List<String> fields = needed(path + ".fields", check.fields());
    if (fields.isEmpty()) {
      throw ManifestFields.invalid(path + ".fields", "at least one field is needed");
    }
    for (int i = 0; i < fields.size(); i++) {
      ManifestFields.field("%s.fields[%d]".formatted(path, i), fields.get(i));
    }
    if (new HashSet<>(fields).size() < fields.size()) {
      throw ManifestFields.invalid(path + ".fields", "a field is there twice");
    }
    return new CompiledCheck.Kind.Unique(
        ManifestFields.collection(path, check.collection()), List.copyOf(fields));
  }

  private static CompiledCheck.Kind aggregate(String path, AggregateCheck check) {
    List<BsonDocument> stages =
        BsonText.documents(path + ".pipeline", needed(path + ".pipeline", check.pipeline()));
    OperatorRules.checkReading(path + ".pipeline", stages);
    return new CompiledCheck.Kind.Aggregate(
        ManifestFields.collection(path, check.collection()),
        stages,
        needed(path + ".expect", check.expect()) == Expectation.Empty);
  }

  private static CompiledCheck.Kind usesIndex(String path, UsesIndexCheck check) {
    if (check.filter() == null && check.sort() == null) {
      throw ManifestFields.invalid(path, "a filter, a sort or both are needed");
    }
    return new CompiledCheck.Kind.UsesIndex(
        ManifestFields.collection(path, check.collection()),
        ManifestFields.filterOrEmpty(path + ".filter", check.filter()),
        check.sort() == null ? new BsonDocument() : IndexDefinition.keys(check.sort()));
  }

  private static <T> T needed(String path, T value) {
    if (value == null) {
      throw ManifestFields.invalid(path, "it is missing");
    }
    return value;
  }
}
