package dev.godwit.operator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.godwit.api.v1alpha1.JobSettings;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.MongoRestoreSpec;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/// Lets the caches share specs and statuses that are equal. Each reconciler watches the kinds that
/// it has to do with by informers of its own, so the same migration is read five times, and the
/// same backup three times; as records, their contents need to be in memory once.
@Singleton
public final class SharedParts implements KubernetesClientObjectMapperCustomizer {

  private static final Set<Class<?>> SHARED =
      Set.of(
          MongoMigrationSpec.class,
          MongoMigrationStatus.class,
          MongoBackupSpec.class,
          MongoBackupStatus.class,
          MongoRestoreSpec.class,
          MongoRestoreStatus.class);

  /// What some cache still holds. The values are weak as well: they are their own keys.
  private final Map<Object, WeakReference<Object>> known = new WeakHashMap<>();

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.registerModule(
        new SimpleModule("godwit-shared-parts").setDeserializerModifier(new Modifier()));
  }

  private synchronized Object share(Object part) {
    if (hasQuantities(part)) {
      return part;
    }
    WeakReference<Object> reference = known.get(part);
    Object shared = reference == null ? null : reference.get();
    if (shared == null) {
      known.put(part, new WeakReference<>(part));
      return part;
    }
    return shared;
  }

  /// Quantities are not compared: the hash of one is computed from its number, which throws for
  /// `512MB` and takes for ever for `1e300000000`. The API server takes both in a spec.
  private static boolean hasQuantities(Object part) {
    JobSettings job =
        switch (part) {
          case MongoMigrationSpec spec -> spec.job();
          case MongoBackupSpec spec -> spec.job();
          case MongoRestoreSpec spec -> spec.job();
          default -> null;
        };
    return job != null && job.resources() != null;
  }

  private final class Modifier extends BeanDeserializerModifier {

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription type, JsonDeserializer<?> deserializer) {
      return SHARED.contains(type.getBeanClass()) ? new Sharing(deserializer) : deserializer;
    }
  }

  private final class Sharing extends DelegatingDeserializer {

    Sharing(JsonDeserializer<?> reads) {
      super(reads);
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> reads) {
      return new Sharing(reads);
    }

    @Override
    public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return share(super.deserialize(json, context));
    }
  }
}
