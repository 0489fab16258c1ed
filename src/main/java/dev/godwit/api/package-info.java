/// What operator, runner and command share: the resources, and how their text is read.
package dev.godwit.api;
