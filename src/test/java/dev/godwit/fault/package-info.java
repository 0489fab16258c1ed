/// The fault suite: an operator behind a proxy that lets its writes fail, a node that plays kubelet
/// and Job controller, and an oracle that says what must hold in the end. How it is made:
/// `docs/decisions/0520-faults-are-made-between-operator-and-api-server.md`.
package dev.godwit.fault;
