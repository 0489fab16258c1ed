package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.MongoBackup;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the caches when Prometheus asks: a series is there exactly as long as its resource, and
/// nothing has to be taken back when one goes.
final class ResourceCollector extends Collector {

  private static final Logger LOG = LoggerFactory.getLogger(ResourceCollector.class);

  private final Leadership leadership;
  private final Resources resources;
  private final Memory memory;

  ResourceCollector(Leadership leadership, Resources resources, Memory memory) {
    this.leadership = leadership;
    this.resources = resources;
    this.memory = memory;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    if (!leadership.isLeading()) {
      return List.of();
    }
    List<MongoBackup> backups = resources.backups();
    MigrationSeries ofMigrations = new MigrationSeries(backups, memory);
    BackupSeries ofBackups = new BackupSeries();
    resources.migrations().forEach(it -> read(it, ofMigrations::add));
    backups.forEach(it -> read(it, ofBackups::add));
    RestoreSeries ofRestores = new RestoreSeries();
    resources.restores().forEach(it -> read(it, ofRestores::add));
    ScheduleSeries ofSchedules = new ScheduleSeries();
    resources.schedules().forEach(it -> read(it, ofSchedules::add));
    List<MetricFamilySamples> samples = new ArrayList<>();
    ofMigrations.families().forEach(family -> samples.add(samples(family)));
    ofBackups.families().forEach(family -> samples.add(samples(family)));
    ofRestores.families().forEach(family -> samples.add(samples(family)));
    ofSchedules.families().forEach(family -> samples.add(samples(family)));
    return samples;
  }

  /// A status that somebody wrote by hand and that cannot be read must not take the others' series
  /// away.
  private static <R extends HasMetadata> void read(R resource, Consumer<R> add) {
    try {
      add.accept(resource);
    } catch (RuntimeException unreadable) {
      LOG.debug(
          "no metrics of {} {}/{}",
          resource.getKind(),
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName(),
          unreadable);
    }
  }

  private static MetricFamilySamples samples(Family family) {
    return new MetricFamilySamples(
        family.name(),
        Type.GAUGE,
        family.help(),
        family.rows().stream()
            .map(
                row ->
                    new MetricFamilySamples.Sample(
                        family.name(), family.labels(), row.values(), row.value()))
            .toList());
  }
}
