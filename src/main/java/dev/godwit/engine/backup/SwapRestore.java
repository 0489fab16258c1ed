package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Loads collections beside the live ones, and plans how they are swapped in.
final class SwapRestore {

  private final MongoDatabase database;
  private final StoredArchive archive;
  private final RestoreOptions options;
  private final DerivedNames names;
  private final ShadowTransform transform;
  private final ProgressSink progress;
  private final StopSignal stop;
  private final ActHook hook;

  SwapRestore(
      MongoDatabase database,
      StoredArchive archive,
      RestoreOptions options,
      DerivedNames names,
      ShadowTransform transform,
      ProgressSink progress,
      StopSignal stop,
      ActHook hook) {
    this.database = database;
    this.archive = archive;
    this.options = options;
    this.names = names;
    this.transform = transform;
    this.progress = progress;
    this.stop = stop;
    this.hook = hook;
  }

  /// Ends with all shadows loaded, compared and transformed, and the plan of the renames recorded.
  ///
  /// @param request what is restored how
  SwapRecord prepare(String request, Swap swap, SwapJournal journal) {
    RestorePlan plan =
        RestorePlan.of(database, archive.manifest(), archive.location(), options, RestoreMode.Swap);
    Map<String, String> shadows = new TreeMap<>();
    plan.load().forEach(item -> shadows.put(item.name(), names.shadow(item.name())));
    transform.check(shadows.keySet());
    LoadJournal loaded =
        new LoadJournal(database, names.tag(), request, archive.manifest().archiveSha256(), hook);
    List<SwapRecord.View> views;
    try {
      views = load(plan, loaded);
      transform.run(shadows);
    } catch (RunException | MongoCommandException failed) {
      if (!(failed instanceof RunException run && run.verdict() == Verdict.Interrupted)) {
        abandon(loaded);
      } else if (stop.isRequested() && loaded.phase() == LoadJournal.Phase.Loading) {
        loaded.note();
      }
      throw failed;
    }
    SwapRecord planned = record(request, plan, views, swap);
    stop.check();
    hook.before("record the swap");
    journal.save(names.tag(), planned);
    loaded.remove();
    transform.forget();
    return planned;
  }

  private List<SwapRecord.View> load(RestorePlan plan, LoadJournal loaded) {
    boolean resumed = loaded.resume();
    Loading loading =
        new Loading(
            database,
            archive,
            loaded,
            new RestoreProgress(progress, archive.manifest(), plan),
            stop,
            hook,
            options.parallelism());
    Prelude prelude = loading.check();
    List<SwapRecord.View> views = missing(prelude, plan);
    List<LoadTarget> targets = targets(plan, prelude);
    if (!resumed || !loaded.isCompared() || !areThere(targets)) {
      load(plan, targets, loading, loaded, resumed);
      loaded.enter(LoadJournal.Phase.Compared);
    }
    if (loaded.phase() == LoadJournal.Phase.Compared) {
      loading.letExpire(targets);
      loaded.enter(LoadJournal.Phase.Complete);
    }
    return views;
  }

  /// Somebody may have tidied up between two runs.
  private boolean areThere(List<LoadTarget> targets) {
    List<String> there = database.listCollectionNames().into(new ArrayList<>());
    return targets.stream().map(LoadTarget::name).allMatch(there::contains);
  }

  private void load(
      RestorePlan plan,
      List<LoadTarget> targets,
      Loading loading,
      LoadJournal loaded,
      boolean resumed) {
    RenameTrial trial = new RenameTrial(database, names, hook);
    plan.load().forEach(item -> trial.run(item.name()));
    plan.remove().forEach(trial::run);
    boolean goesOn = resumed && loaded.phase() == LoadJournal.Phase.Loading && !archive.isStream();
    if (!goesOn) {
      dropShadows();
      transform.forget();
      loaded.enter(LoadJournal.Phase.Creating);
      loading.create(targets, resumed);
      loaded.enter(LoadJournal.Phase.Loading);
    }
    loading.load(targets, goesOn);
    loading.compare(targets, true);
  }

  private List<LoadTarget> targets(RestorePlan plan, Prelude prelude) {
    return plan.load().stream()
        .map(
            item ->
                new LoadTarget(
                    names.shadow(item.name()),
                    prelude.collection(item.archived().name()).orElseThrow(),
                    item.archived(),
                    archive.partsOf(item.archived()),
                    "no collection was replaced"))
        .toList();
  }

  /// The views that are to be created.
  ///
  /// @throws RunException when a live one is not as in the backup
  private List<SwapRecord.View> missing(Prelude prelude, RestorePlan plan) {
    List<SwapRecord.View> missing = new ArrayList<>();
    for (RestorePlan.Item view : plan.views()) {
      CollectionMetadata wanted = prelude.collection(view.archived().name()).orElseThrow();
      Optional<CollectionMetadata> live = ServerCollections.metadata(database, view.name());
      if (live.isEmpty()) {
        missing.add(new SwapRecord.View(view.name(), wanted.options()));
      } else if (!live.get().options().equals(wanted.options())) {
        throw RestorePlan.unswappable(view.name(), CollectionMetadata.VIEW);
      }
    }
    return missing;
  }

  private SwapRecord record(
      String request, RestorePlan plan, List<SwapRecord.View> views, Swap swap) {
    List<SwapRecord.Rename> renames = new ArrayList<>();
    plan.load().forEach(item -> renames.add(swap.plan(item.name(), true)));
    plan.remove().forEach(collection -> renames.add(swap.plan(collection, false)));
    List<String> created = views.stream().map(SwapRecord.View::name).toList();
    return new SwapRecord(
        archive.location(),
        request,
        false,
        plan.documents(),
        plan.views().stream()
            .map(RestorePlan.Item::name)
            .filter(name -> !created.contains(name))
            .toList(),
        views,
        renames);
  }

  private void abandon(LoadJournal loaded) {
    loaded.remove();
    dropShadows();
    transform.forget();
  }

  private void dropShadows() {
    for (String name : database.listCollectionNames().into(new ArrayList<>())) {
      if (name.startsWith(names.shadowPrefix())) {
        hook.before("drop leftover " + name);
        database.getCollection(name).drop();
      }
    }
  }
}
