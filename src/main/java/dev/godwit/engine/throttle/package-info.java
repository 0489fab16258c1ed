/// Slows a walk over documents down while the server suffers.
package dev.godwit.engine.throttle;
