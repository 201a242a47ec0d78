// SPDX-License-Identifier: Apache-2.0
/**
 * {@code mta-sts check} and {@code mta-sts explain}: an {@code Inspector} gathers facts, {@code CheckResult} makes decisions and
 * findings of them without asking anybody, and two renderers write them.
 */
@NullMarked
package io.github.mtasts4j.cli.check;

import org.jspecify.annotations.NullMarked;
