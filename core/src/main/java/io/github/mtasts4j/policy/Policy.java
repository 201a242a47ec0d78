// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A policy as the Policy Host served it (§3.2). A value; small, because a sender may know a million. */
public final class Policy extends PolicyText {

    /** The longest lifetime there is: 31557600 seconds, which is a year (§3.2). */
    public static final Duration LONGEST_MAX_AGE = Duration.ofSeconds(Policy.YEAR_SECONDS);

    private static final long YEAR_SECONDS = 31_557_600;

    /**
     * Checks what no parser may produce.
     *
     * @param mode what to do when validation fails
     * @param mx the patterns, in the order of the policy, duplicates included; may be empty for {@link Mode#NONE} only
     * @param maxAge how long the policy may be used after it was fetched: 0 to 31557600 seconds, in whole seconds, as §3.2 has
     *     it; a fraction is dropped
     * @param lines the policy's lines as published, without their line ends, for TLS reports (RFC 8460 §4)
     * @throws IllegalArgumentException for a negative or too long lifetime, for no {@code mx} where one is required, or for a
     *     MiB of text
     */
    public Policy(Mode mode, List<MxPattern> mx, Duration maxAge, List<String> lines) {
        this(mode, maxAge.isNegative() ? -1 : maxAge.toSeconds(), packed(mx, lines));
    }

    Policy(Mode mode, long maxAge, Builder text) {
        super(text, mode, seconds(maxAge));
        if (text.patterns() == 0 && mode != Mode.NONE) {
            throw new IllegalArgumentException("mode " + mode.keyword() + " without mx");
        }
    }

    private static int seconds(long maxAge) {
        if (maxAge < 0 || maxAge > YEAR_SECONDS) {
            throw new IllegalArgumentException("max_age out of range: " + maxAge + " s");
        }
        return (int) maxAge;
    }

    private static Builder packed(List<MxPattern> mx, List<String> lines) {
        Builder text = Builder.of(lines);
        mx.forEach(pattern -> text.pattern(pattern.toString()));
        return text;
    }

    /**
     * What to do when validation fails.
     *
     * @return the mode
     */
    public Mode mode() {
        return modeInText();
    }

    /**
     * The patterns, made anew each time; {@link #lists} needs none of them.
     *
     * @return the patterns in the order of the policy, duplicates included; may be empty for {@link Mode#NONE} only
     */
    public List<MxPattern> mx() {
        return patterns();
    }

    /**
     * How long the policy may be used after it was fetched.
     *
     * @return 0 to 31557600 seconds, larger values having been capped
     */
    public Duration maxAge() {
        return Duration.ofSeconds(maxAgeSeconds());
    }

    /**
     * The policy's lines as published, for TLS reports (RFC 8460 §4). Made anew each time.
     *
     * @return the lines without their line ends
     */
    public List<String> lines() {
        String text = text();
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
            lines.add(text.substring(from, to));
            from = to + 1;
        }
        if (!text.isEmpty()) {
            lines.add(text.substring(from));
        }
        return List.copyOf(lines);
    }

    /**
     * Whether a host of this name may receive the domain's mail (§4.1): any one pattern is enough. Takes as long for many exact
     * patterns as for a few.
     *
     * @param mxHost the name in the MX record; for a domain without MX records, the domain itself
     * @return whether a pattern matches
     */
    public boolean lists(DomainName mxHost) {
        return lists(mxHost.toString());
    }

    /**
     * The policy as text: the published lines with LF between them. What the parser made of them once, it makes again.
     *
     * @return a policy body, never longer than the published one
     */
    public String render() {
        // The shortest of the forms that §3.2 allows: longer line ends could lift a body over the limit it came under.
        return text();
    }

    /**
     * How much memory it takes, for who has a bound to keep.
     *
     * @return octets, without some tens that any object takes
     */
    public int footprint() {
        return octets();
    }

    @Override
    public String toString() {
        return "Policy[mode=" + mode() + ", mx=" + mx() + ", maxAge=" + maxAge() + ", lines=" + lines() + "]";
    }
}
