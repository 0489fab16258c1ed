/// MongoDB work, no Kubernetes: planning, lock, history, steps, checks, backups.
package dev.godwit.engine;
