// SPDX-License-Identifier: Apache-2.0
/** Commands that ask nobody: {@code match} and {@code lint}. */
@NullMarked
package io.github.mtasts4j.cli.offline;

import org.jspecify.annotations.NullMarked;
