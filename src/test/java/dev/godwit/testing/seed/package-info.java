/// Data as applications leave it, made from a number: the same seed gives the same bytes.
package dev.godwit.testing.seed;
