// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.RemoteText;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what Postfix is to do about one next hop. What must hold mail is {@code TEMP}; a name that may be legal is never refused
 * for good.
 */
final class Responder {

    private static final Logger log = LoggerFactory.getLogger(PostfixServer.class);

    private static final Answer NO_DOMAIN = Answer.of(AnswerKind.NO_DOMAIN);
    private static final Answer PARENT = Answer.of(AnswerKind.PARENT);
    private static final Answer NO_REQUEST =
            Answer.of(AnswerKind.REFUSED, "a request is the name of a map, a space and a key");

    private final MtaSts sts;
    private final AnswerForm form;
    private final @Nullable MxNames mxNames;
    private final @Nullable DaneCheck dane;
    private final UnaryOperator<String> toAscii;
    private final PostfixMetrics metrics;

    Responder(PostfixServer.Builder builder) {
        this.sts = builder.sts;
        this.form = builder.form;
        this.mxNames = builder.mxNames;
        this.dane = builder.dane;
        this.toAscii = builder.toAscii;
        this.metrics = builder.metrics;
    }

    /**
     * Answers a request. Waits where the policy has to be found out.
     *
     * @param request the payload of a netstring
     */
    Answer answer(String request) throws InterruptedException {
        int space = request.indexOf(' ');
        if (space < 1 || space == request.length() - 1) {
            return NO_REQUEST;
        }
        String key = request.substring(space + 1);
        try {
            return answerKey(isAscii(key) ? key : toAscii.apply(key));
        } catch (RuntimeException e) {
            log.error("no answer for \"{}\"", RemoteText.safe(key), e);
            return held("internal error, see the log of the MTA-STS server");
        }
    }

    private static boolean isAscii(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    private Answer answerKey(String key) throws InterruptedException {
        if (key.startsWith(".")) {
            return PARENT;
        }
        Optional<NextHop> hop = NextHop.parse(key);
        if (hop.isEmpty()) {
            return NO_DOMAIN;
        }
        NextHop known = hop.get();
        PolicyDomain domain = known.smartHost()
                ? PolicyDomain.ofSmartHost(known.name().toString())
                : PolicyDomain.ofDomain(known.name().toString());
        return domain instanceof PolicyDomain.None ? NO_DOMAIN : answer(known, sts.resolve(domain));
    }

    private Answer answer(NextHop hop, PolicyResolution policy) throws InterruptedException {
        metrics.resolved(policy);
        return switch (policy.mode()) {
            case ENFORCE -> sts.isMonitorOnly() ? Answer.of(AnswerKind.MONITORED) : enforce(hop, policy);
            case TESTING -> Answer.of(AnswerKind.TESTING);
            case NONE -> withoutPolicy(policy);
        };
    }

    private static Answer withoutPolicy(PolicyResolution policy) {
        if (policy.applicable().isPresent()) {
            return Answer.of(AnswerKind.NONE);
        }
        Optional<FailureCode> failure = policy.failure().map(f -> f.code());
        if (failure.isEmpty()) {
            return Answer.of(AnswerKind.ABSENT);
        }
        // Nobody was asked. Postfix asks again in some minutes, and has a queue for that.
        return failure.get() == FailureCode.OVERLOADED || failure.get() == FailureCode.CLOSED
                ? held("MTA-STS of " + policy.domain() + ": " + policy.inWords())
                : Answer.of(AnswerKind.UNUSABLE);
    }

    private Answer enforce(NextHop hop, PolicyResolution policy) throws InterruptedException {
        Optional<CachedPolicy> cached = policy.applicable();
        if (cached.isEmpty()) {
            return held("MTA-STS of " + policy.domain() + ": " + policy.inWords());
        }
        DaneOutcome outcome = dane == null ? DaneOutcome.NOT_APPLICABLE : dane.planned(hop);
        return switch (outcome) {
            case PASSED -> Answer.of(AnswerKind.DANE, TlsPolicy.daneOnly());
            case ERROR, FAILED -> held("DANE of " + hop.name() + " cannot be found out");
            // Records without use ask for TLS (RFC 7672 §2.2), which the policy does as well.
            case UNUSABLE, NOT_APPLICABLE -> secure(hop, policy, cached.get());
        };
    }

    private Answer secure(NextHop hop, PolicyResolution policy, CachedPolicy cached) throws InterruptedException {
        if (hop.smartHost() && !policy.lists(hop.name())) {
            return held(hop.name() + " is not listed in its own policy (RFC 8461 §4.1)");
        }
        // What an operator has pinned is not the domain's policy, and not to be reported as such.
        Optional<String> full = form == AnswerForm.STS_ATTRIBUTES && policy instanceof PolicyResolution.Found
                ? withAttributes(hop, cached)
                : Optional.empty();
        return full.isPresent() ? Answer.of(AnswerKind.SECURE, full.get()) : plain(hop, policy, cached);
    }

    private static Optional<String> withAttributes(NextHop hop, CachedPolicy cached) {
        Optional<String> match = hop.smartHost()
                ? Optional.of(TlsPolicy.forHosts(List.of(hop.name())))
                : TlsPolicy.forPatterns(cached.policy());
        return match.flatMap(text -> TlsPolicy.attributes(cached.domain(), cached.policy(), text.length())
                .map(text::concat));
    }

    private Answer plain(NextHop hop, PolicyResolution policy, CachedPolicy cached) throws InterruptedException {
        if (hop.smartHost()) {
            return Answer.of(AnswerKind.SECURE, TlsPolicy.forHosts(List.of(hop.name())));
        }
        if (mxNames != null && hasWildcard(cached.policy())) {
            return named(hop, policy, mxNames.of(hop.name()));
        }
        return TlsPolicy.forPatterns(cached.policy())
                .map(text -> Answer.of(AnswerKind.SECURE, text))
                .orElseGet(() -> held("the policy of " + cached.domain() + " lists no host that there can be"));
    }

    private static Answer named(NextHop hop, PolicyResolution policy, List<DomainName> hosts) {
        List<DomainName> listed = hosts.stream()
                .filter(host -> TlsPolicy.isHostName(host) && policy.lists(host))
                .toList();
        return listed.isEmpty()
                ? held("no MX of " + hop.name() + " is known that its policy lists (RFC 8461 §4.1)")
                : Answer.of(AnswerKind.SECURE, TlsPolicy.forHosts(listed));
    }

    private static boolean hasWildcard(Policy policy) {
        return policy.mx().stream().anyMatch(MxPattern.AnyLabel.class::isInstance);
    }

    private static Answer held(String why) {
        return Answer.of(AnswerKind.HELD, RemoteText.safe(why, 180));
    }
}
