// SPDX-License-Identifier: Apache-2.0

/** One relay of a cluster: {@link io.github.mtasts4j.examples.cluster.RelayNode} is where to begin. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.examples.cluster;
