package dev.godwit.engine.backup;

/// Is told of every act of a restore that writes, just before it. A lost lock ends a run there, and
/// tests do.
@FunctionalInterface
interface ActHook {

  ActHook NONE = act -> {};

  void before(String act);
}
