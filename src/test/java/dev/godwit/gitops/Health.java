package dev.godwit.gitops;

import com.fasterxml.jackson.databind.JsonNode;

/// What Argo CD shows of a resource.
///
/// @param status Healthy, Progressing, Degraded or Suspended
/// @param message what a person reads beside it
public record Health(String status, String message) {

  /// What the script for the object's kind says of it.
  public static Health of(JsonNode object) {
    Customization kind = Customization.of(object.path("kind").asText());
    JsonNode said = Lua.run(kind.health(), object);
    return new Health(said.path("status").asText(null), said.path("message").asText(null));
  }
}
