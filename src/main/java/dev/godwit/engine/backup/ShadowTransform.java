package dev.godwit.engine.backup;

import java.util.Map;
import java.util.Set;

/// Changes restored collections before they are swapped in.
public interface ShadowTransform {

  /// Changes nothing.
  ShadowTransform NONE =
      new ShadowTransform() {
        @Override
        public String checksum() {
          return "";
        }

        @Override
        public void check(Set<String> collections) {}

        @Override
        public void run(Map<String, String> shadows) {}

        @Override
        public void forget() {}
      };

  /// Tells one transformation from another.
  String checksum();

  /// Called before anything is touched.
  ///
  /// @param collections names of those that are restored with documents
  /// @throws dev.godwit.engine.RunException `Refused` when others would be changed
  void check(Set<String> collections);

  /// Runs to the end, or goes on where a run before was ended.
  ///
  /// @param shadows names of the loaded collections, by the names that they will have
  /// @throws dev.godwit.engine.RunException `Refused` when it failed: the shadows are dropped then;
  ///     `Interrupted`: to be run again
  void run(Map<String, String> shadows);

  /// Drops what it noted. Called when the shadows as they are will be swapped in, or are dropped.
  void forget();
}
