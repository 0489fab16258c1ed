package dev.godwit.engine.plan;

/// How much a finding matters.
public enum Severity {
  /// It would be refused, or would fail.
  Error,
  /// It would run, and somebody may regret it.
  Warning,
  /// Good to know.
  Info
}
