/// The documentation, tested: links, manifests, commands, diagrams, the reference of the API.
package dev.godwit.docs;
