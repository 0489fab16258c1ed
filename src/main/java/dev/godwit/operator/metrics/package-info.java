/// What Prometheus sees: counters of what happened, gauges of what is. See `docs/metrics.md`.
package dev.godwit.operator.metrics;
