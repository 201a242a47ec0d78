// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.time.Duration;
import java.util.List;

/**
 * A policy as the Policy Host served it (§3.2).
 *
 * @param mode what to do when validation fails
 * @param mx the patterns, in the order of the policy, duplicates included; may be empty for {@link Mode#NONE} only
 * @param maxAge how long the policy may be used after it was fetched: 0 to 31557600 seconds, larger values having been
 *     capped
 * @param lines the policy's lines as published, without their line ends, for TLS reports (RFC 8460 §4)
 */
public record Policy(Mode mode, List<MxPattern> mx, Duration maxAge, List<String> lines) {

    /** The longest lifetime there is: 31557600 seconds, which is a year (§3.2). */
    public static final Duration LONGEST_MAX_AGE = Duration.ofSeconds(Policy.YEAR_SECONDS);

    private static final long YEAR_SECONDS = 31_557_600;

    /**
     * Checks what no parser may produce.
     *
     * @param mode what to do when validation fails
     * @param mx the patterns, in the order of the policy, duplicates included
     * @param maxAge how long the policy may be used after it was fetched
     * @param lines the policy's lines as published, without their line ends, for TLS reports (RFC 8460 §4)
     * @throws IllegalArgumentException for a negative or too long lifetime, or for no {@code mx} where one is required
     */
    public Policy {
        mx = List.copyOf(mx);
        lines = List.copyOf(lines);
        if (maxAge.isNegative() || maxAge.compareTo(LONGEST_MAX_AGE) > 0) {
            throw new IllegalArgumentException("max_age out of range: " + maxAge);
        }
        if (mx.isEmpty() && mode != Mode.NONE) {
            throw new IllegalArgumentException("mode " + mode.keyword() + " without mx");
        }
    }

    /**
     * Whether a host of this name may receive the domain's mail (§4.1): any one pattern is enough.
     *
     * @param mxHost the name in the MX record; for a domain without MX records, the domain itself
     * @return whether a pattern matches
     */
    public boolean lists(DomainName mxHost) {
        for (MxPattern pattern : mx) {
            if (pattern.matches(mxHost)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The policy as text: the published lines with LF between them. What the parser made of them once, it makes again.
     *
     * @return a policy body, never longer than the published one
     */
    public String render() {
        // The shortest of the forms that §3.2 allows: longer line ends could lift a body over the limit it came under.
        return String.join("\n", lines);
    }
}
