/// Builders of what the operator creates: one class a resource.
package dev.godwit.operator.resource;
