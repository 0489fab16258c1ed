/// Measurements; programs, not tests.
package dev.godwit.bench;
