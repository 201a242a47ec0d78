// SPDX-License-Identifier: Apache-2.0
/** {@code mta-sts report}: TLS reports that others have sent (RFC 8460). */
@NullMarked
package io.github.mtasts4j.cli.report;

import org.jspecify.annotations.NullMarked;
