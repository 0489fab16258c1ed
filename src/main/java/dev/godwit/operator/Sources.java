package dev.godwit.operator;

import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSourceStartPriority;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.List;

/// Informers on what belongs to a resource, known by Godwit's own labels.
final class Sources {

  private Sources() {}

  /// These, one that tells a resource its turn, and watches of what belongs to resources of the
  /// context's kind.
  @SafeVarargs
  static <P extends HasMetadata> List<EventSource<?, P>> with(
      JobSlots slots,
      List<EventSource<?, P>> others,
      EventSourceContext<P> context,
      Class<? extends HasMetadata>... owned) {
    List<EventSource<?, P>> all = new ArrayList<>(others);
    all.add(slots.turns(context));
    for (Class<? extends HasMetadata> type : owned) {
      all.add(owned(type, context));
    }
    return all;
  }

  private static <R extends HasMetadata, P extends HasMetadata> EventSource<R, P> owned(
      Class<R> type, EventSourceContext<P> context) {
    Class<P> owner = context.getPrimaryResourceClass();
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, owner)
            .withName(HasMetadata.getSingular(type))
            .withLabelSelector(Marks.selector(owner))
            .withNamespacesInheritedFromController()
            .withSecondaryToPrimaryMapper(Marks::owner)
            .build(),
        context);
  }

  /// Starts a source before the others of its reconciler, since their events ask it who waits. A
  /// source that is asked before its start throws, and the operator would not start where
  /// resources exist already.
  static void startFirst(InformerEventSource<?, ?> asked) {
    asked.setEventSourcePriority(EventSourceStartPriority.RESOURCE_STATE_LOADER);
  }
}
