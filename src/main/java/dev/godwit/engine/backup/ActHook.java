package dev.godwit.engine.backup;

/// Is told of every act of a restore that writes, just before it; tests end a run there.
@FunctionalInterface
interface ActHook {

  ActHook NONE = act -> {};

  void before(String act);
}
