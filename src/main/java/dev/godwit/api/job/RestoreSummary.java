package dev.godwit.api.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/// What a restore did.
///
/// @param documents number of documents of the restored collections
/// @param collections number of restored collections
/// @param setAside number of collections that were set aside
/// @param undone versions of migrations that are not applied any more
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RestoreSummary(long documents, int collections, int setAside, List<String> undone) {}
