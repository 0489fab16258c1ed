package dev.godwit.core;

/// Something worth an event.
///
/// @param warning whether it needs attention
/// @param reason a CamelCase word
/// @param message a sentence
/// @param order its place in the story: `kubectl describe` shows events of the same second by their
///     names
/// @param key the same for the same happening, however often it is told
public record Note(boolean warning, String reason, String message, int order, String key) {}
