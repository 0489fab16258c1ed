/// Walks a collection in the order of `_id`, page by page.
package dev.godwit.engine.range;
