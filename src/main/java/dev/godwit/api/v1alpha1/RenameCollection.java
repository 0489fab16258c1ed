package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// Renames a collection within its database, with its indexes and options.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RenameCollection(
    @JsonPropertyDescription("Collection to rename; it must exist.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String collection,
    @JsonPropertyDescription("Its new name.")
        @Required
        @Size(min = 1, max = CollectionName.MAX_LENGTH)
        @Pattern(CollectionName.PATTERN)
        String to,
    @JsonPropertyDescription(
            "A collection that has the new name already: Refuse (if left out) or SetAside, which keeps it under another name until rollback.keepUndoFor is over.")
        DropTarget dropTarget)
    implements Operation {
  /// `Refuse` unless said otherwise.
  public DropTarget dropTargetOrDefault() {
    return dropTarget == null ? DropTarget.Refuse : dropTarget;
  }
}
