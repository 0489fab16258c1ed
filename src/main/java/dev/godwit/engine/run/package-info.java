/// The runs of the runner: plan, apply, rollback, verdict. Each reads the history first and can be
/// repeated.
package dev.godwit.engine.run;
