/// Preconditions and verification: checks read, they never write.
package dev.godwit.engine.check;
