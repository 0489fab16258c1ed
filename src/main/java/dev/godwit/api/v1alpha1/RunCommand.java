package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/// Runs a command of the database that no other operation covers. Godwit does not know how to
/// undo it: it needs a rollback of its own, or only the backup can take it back.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunCommand(
    @JsonPropertyDescription(
            "The command (BSON), its name first, e.g. '{ collMod: \"orders\", index: { name: \"at_1\", hidden: true } }'. After a crash it may be run again.")
        @Required
        @Size(min = 2, max = 65536)
        String command,
    @JsonPropertyDescription(
            "Collections that it touches, for the backup; the whole database if left out.")
        @Size(min = 1, max = 64)
        List<
                @Size(min = 1, max = CollectionName.MAX_LENGTH) @Pattern(CollectionName.PATTERN)
                String>
            collections)
    implements Operation {}
