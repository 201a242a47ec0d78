// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes policies as Postfix reads them. Nothing of a stranger's text gets in but names that were parsed, and lines without
 * a character that Postfix gives a meaning to.
 */
final class TlsPolicy {

    /** Room for {@code OK } in front of it. */
    private static final int MAX_OCTETS = Answer.MAX_OCTETS - 3;

    private TlsPolicy() {}

    /** The level that lets Postfix deliver to hosts that DANE authenticates, and to no others. */
    static String daneOnly() {
        return "dane-only";
    }

    /** A certificate for one of these very names. */
    static String forHosts(Collection<DomainName> hosts) {
        return secure(
                new LinkedHashSet<>(hosts.stream().map(DomainName::toString).toList()));
    }

    /**
     * A certificate for a name that one of the patterns covers, and, since {@code .suffix} is all there is, for one with more
     * labels in front of it as well.
     *
     * @return empty if no host can match
     */
    static Optional<String> forPatterns(Policy policy) {
        Set<String> match = new LinkedHashSet<>();
        for (MxPattern pattern : policy.mx()) {
            if (canMatch(pattern)) {
                match.add(pattern instanceof MxPattern.AnyLabel any ? "." + any.parent() : pattern.toString());
            }
        }
        return match.isEmpty() ? Optional.empty() : Optional.of(secure(match));
    }

    private static String secure(Set<String> match) {
        return "secure match=" + String.join(":", match) + " servername=hostname";
    }

    /**
     * The attributes of Postfix 3.10, to be written behind a policy.
     *
     * @param before how long that policy is
     * @return empty if they are too long; the texts of a policy's {@code mx} lines are left out before that
     */
    static Optional<String> attributes(DomainName domain, Policy policy, int before) {
        String head = " policy_type=sts policy_domain=" + domain;
        String patterns = patterns(policy);
        int left = MAX_OCTETS - before - head.length() - patterns.length();
        String all = strings(policy.lines(), false);
        String lines = all.length() <= left ? all : strings(policy.lines(), true);
        return lines.length() <= left ? Optional.of(head + lines + patterns) : Optional.empty();
    }

    private static String patterns(Policy policy) {
        StringBuilder attributes = new StringBuilder();
        policy.mx().stream()
                .filter(TlsPolicy::canMatch)
                .map(MxPattern::toString)
                .distinct()
                .forEach(pattern -> attributes.append(" mx_host_pattern=").append(pattern));
        return attributes.toString();
    }

    /** Blanks around the text are Postfix's to drop; those in it are kept by the braces. */
    private static String strings(List<String> lines, boolean withoutMx) {
        StringBuilder attributes = new StringBuilder();
        for (String line : lines) {
            String text = line.strip();
            if (isHarmless(text) && !(withoutMx && text.startsWith("mx"))) {
                attributes.append(" { policy_string = ").append(text).append(" }");
            }
        }
        return attributes.toString();
    }

    /** What RFC 8460 wants reported may hold anything; what Postfix could stumble over stays out. */
    private static boolean isHarmless(String line) {
        return !line.isEmpty() && line.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '{' && c != '}');
    }

    /** Names of one label are no mail exchangers', and some are keywords: {@code hostname}, {@code nexthop}. */
    private static boolean canMatch(MxPattern pattern) {
        return pattern instanceof MxPattern.AnyLabel
                || (pattern instanceof MxPattern.Exact exact && isHostName(exact.host()));
    }

    /** Whether a name may be handed to Postfix as that of a host. */
    static boolean isHostName(DomainName name) {
        return !name.isSingleLabel();
    }
}
