/// Histories of other migration tools: what they say was applied, to be taken over as baselined.
package dev.godwit.engine.foreign;
