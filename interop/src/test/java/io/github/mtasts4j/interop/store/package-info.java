// SPDX-License-Identifier: Apache-2.0

/** Shared policy stores against a real PostgreSQL and a real Redis. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.interop.store;
