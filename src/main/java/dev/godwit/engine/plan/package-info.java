/// What can be said of migrations before they run: from the files alone, and from the database.
package dev.godwit.engine.plan;
