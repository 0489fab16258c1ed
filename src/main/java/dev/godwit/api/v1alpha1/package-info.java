/// The custom resources of `godwit.dev/v1alpha1`: what a user writes, what Godwit answers. The CRDs
/// in `crds/` are generated from these classes. Every BSON value is a string in MongoDB's
/// relaxed/shell syntax, because the API server sorts the keys of JSON objects and BSON is ordered.
package dev.godwit.api.v1alpha1;
