// SPDX-License-Identifier: Apache-2.0

/** Judge (§4, §5, §8.4): what to do with one MX host. Pure functions of values; nothing here waits. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.delivery;
