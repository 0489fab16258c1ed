package dev.godwit.api.v1alpha1;

/// Names that the whole API shares.
public final class Godwit {

  public static final String GROUP = "godwit.dev";
  public static final String VERSION = "v1alpha1";

  private Godwit() {}
}
