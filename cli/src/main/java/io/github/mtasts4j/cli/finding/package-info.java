// SPDX-License-Identifier: Apache-2.0
/** What can be found wrong, by name, with its clause and its remedy. Values and pure functions only. */
@NullMarked
package io.github.mtasts4j.cli.finding;

import org.jspecify.annotations.NullMarked;
