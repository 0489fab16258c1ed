package dev.godwit.testing;

import org.testcontainers.containers.GenericContainer;

/// What containers of the lab look like from a pod of its cluster.
final class PodView {

  private PodView() {}

  /// The address of a container in the network that it shares with the cluster's node.
  static String address(GenericContainer<?> container) {
    return container
        .getContainerInfo()
        .getNetworkSettings()
        .getNetworks()
        .values()
        .iterator()
        .next()
        .getIpAddress();
  }
}
