// SPDX-License-Identifier: Apache-2.0
/** {@code mta-sts cache}: a look into a store of policies, and the operator's hand in it. */
@NullMarked
package io.github.mtasts4j.cli.cache;

import org.jspecify.annotations.NullMarked;
