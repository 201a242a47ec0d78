// SPDX-License-Identifier: Apache-2.0

/** Starts a little internet on loopback, sends mail through it while it is attacked, and shows each verdict. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.examples.quickstart;
