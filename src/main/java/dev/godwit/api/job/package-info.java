/// What passes between operator and Job: exit codes, the termination message, a line of progress.
/// JSON, no secrets.
package dev.godwit.api.job;
