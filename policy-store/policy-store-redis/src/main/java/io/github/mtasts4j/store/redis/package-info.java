// SPDX-License-Identifier: Apache-2.0

/** Rows of policies in Redis. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.store.redis;
