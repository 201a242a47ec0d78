// SPDX-License-Identifier: Apache-2.0
/** How the command reaches the world: its resolvers, addresses, trust and time limits, and a look at one MX. */
@NullMarked
package io.github.mtasts4j.cli.net;

import org.jspecify.annotations.NullMarked;
