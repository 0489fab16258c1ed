/// Pure decisions. A view (everything observed, and the clock's `now`) goes in; a decision and a
/// status come out. No clock, no client, no logging: `RoomsTest` keeps it so.
package dev.godwit.core;
