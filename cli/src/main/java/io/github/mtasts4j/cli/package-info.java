// SPDX-License-Identifier: Apache-2.0
/** The command {@code mta-sts}: its parts, and what they have in common. Nothing in here is meant to be programmed against. */
@NullMarked
package io.github.mtasts4j.cli;

import org.jspecify.annotations.NullMarked;
