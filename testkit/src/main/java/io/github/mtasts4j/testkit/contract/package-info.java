// SPDX-License-Identifier: Apache-2.0

/** What every implementation of the SPIs has to do, as JUnit 5 classes to extend. */
@org.jspecify.annotations.NullMarked
package io.github.mtasts4j.testkit.contract;
