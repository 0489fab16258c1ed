/// One class an operation: what its undo needs, apply, undo. What an undo needs is recorded before
/// the act.
package dev.godwit.engine.step;
