/// Benchmarks, run by name only. `make bench-engine` prints them.
package dev.godwit.bench;
