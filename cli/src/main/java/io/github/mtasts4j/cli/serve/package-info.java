// SPDX-License-Identifier: Apache-2.0

/** Servers: {@code mta-sts serve}. */
@NullMarked
package io.github.mtasts4j.cli.serve;

import org.jspecify.annotations.NullMarked;
