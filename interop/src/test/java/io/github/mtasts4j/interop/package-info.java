// SPDX-License-Identifier: Apache-2.0

/** Starts real servers from Debian packages, privately and on loopback, for the tests of this module. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.interop;
