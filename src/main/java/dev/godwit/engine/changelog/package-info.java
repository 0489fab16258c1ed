/// From the manifest to what is run: everything is parsed and checked before anything is touched.
package dev.godwit.engine.changelog;
