// SPDX-License-Identifier: Apache-2.0

/** A Policy Host over real TLS, which picks its certificate by SNI and misbehaves to order. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.testkit.https;
