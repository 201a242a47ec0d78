// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

/** What a policy asks senders to do when validation fails (§5). */
public enum Mode {
    /** Do not deliver to a host that fails. */
    ENFORCE("enforce"),
    /** Deliver all the same, and report. */
    TESTING("testing"),
    /** As if there were no policy; how a domain withdraws one (§8.3). */
    NONE("none");

    private final String keyword;

    Mode(String keyword) {
        this.keyword = keyword;
    }

    /**
     * The keyword in a policy.
     *
     * @return {@code enforce}, {@code testing} or {@code none}
     */
    public String keyword() {
        return keyword;
    }
}
