/// The `godwit` command: the Job's entrypoint. A plain main, no Quarkus start.
package dev.godwit.cli;
