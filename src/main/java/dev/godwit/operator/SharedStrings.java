package dev.godwit.operator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.IOException;

/// Lets the caches share short strings that are equal: namespaces, kinds, names of conditions,
/// finalizers, phases are in every resource, and every resource is in several caches.
///
/// A table of fixed size, in which a string takes the place of another with the same hash: what is
/// read often is found there, what is read once is pushed out. Threads may overtake each other in
/// it; the worst is a string that is there twice.
@Singleton
public final class SharedStrings implements KubernetesClientObjectMapperCustomizer {

  private static final int PLACES = 1 << 14;

  /// Longer ones are messages and manifests, hardly ever equal.
  private static final int LONGEST = 128;

  private final String[] table = new String[PLACES];

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.registerModule(
        new SimpleModule("godwit-shared-strings").addDeserializer(String.class, new Sharing()));
  }

  private String share(String text) {
    if (text == null || text.length() > LONGEST) {
      return text;
    }
    int hash = text.hashCode();
    int place = (hash ^ hash >>> 16) & PLACES - 1;
    String known = table[place];
    if (text.equals(known)) {
      return known;
    }
    table[place] = text;
    return text;
  }

  private final class Sharing extends StdScalarDeserializer<String> {

    private static final long serialVersionUID = 1L;

    Sharing() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return share(StringDeserializer.instance.deserialize(json, context));
    }

    @Override
    public boolean isCachable() {
      return true;
    }
  }
}
