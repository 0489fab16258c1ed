/// The operator: reconcilers that observe, let `core` decide, act and project. No credentials of a
/// database pass through here.
package dev.godwit.operator;
