// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.finding;

import java.util.Locale;

/** How bad it is. */
public enum Severity {
    /** Senders cannot use the policy, or they hold mail back, or they would under {@code enforce}. */
    ERROR,
    /** It works, and it is weaker or nearer to breaking than it looks. */
    WARNING,
    /** Worth knowing. */
    INFO;

    /**
     * As it is written.
     *
     * @return lower case
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
