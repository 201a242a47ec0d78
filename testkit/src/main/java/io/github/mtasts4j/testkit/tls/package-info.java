// SPDX-License-Identifier: Apache-2.0

/** A certificate authority that signs whatever it is asked to, and what servers prove themselves with. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.testkit.tls;
