package dev.godwit.api.v1alpha1;

/// A field of a document: names with dots between them, as MongoDB writes a path into embedded
/// documents. No part is empty or begins with `$`.
public final class FieldPath {

  public static final String PATTERN = "^[^$.\\x00][^.\\x00]*([.][^$.\\x00][^.\\x00]*)*$";

  private FieldPath() {}
}
