// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.testkit.https.Visit;
import io.github.mtasts4j.tls.TlsOutcome;
import io.github.mtasts4j.tls.VerifiedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One cell of the {@link FaultMatrixTest}: a domain in a state, to which two things happen at once. Says which invariants
 * were broken, in words.
 */
final class FaultCell {

    private static final DomainName EVIL_MX = DomainName.of("mx.evil.example");
    private static final long MOST_OCTETS = 512 * 1024;

    private final DnsCase dns;
    private final HttpsCase https;
    private final CacheState state;
    private final DomainName domain;
    private final List<String> broken = new ArrayList<>();

    FaultCell(DnsCase dns, HttpsCase https, CacheState state, int number) {
        this.dns = dns;
        this.https = https;
        this.state = state;
        this.domain = DomainName.of("c" + number + ".example");
    }

    // ---- what has to come out, from the RFC's rules alone ----

    private Optional<CachedPolicy> live() {
        return state.live(domain);
    }

    /** §3.3: a policy is fetched if the record has an id that is not the live policy's. */
    private boolean isFetched() {
        return dns.answer() == DnsCase.Answer.ID
                && live().filter(policy -> policy.id().equals(CacheState.PUBLISHED_ID))
                        .isEmpty();
    }

    private boolean isReplaced() {
        return isFetched() && https.failure().isEmpty();
    }

    /** I6: nothing but an honest answer replaces what is there. */
    private Optional<CachedPolicy> applicable() {
        return isReplaced() ? Optional.of(CacheState.published(domain)) : live();
    }

    private Optional<FailureCode> failure() {
        return isFetched() ? https.failure() : dns.answer().failure(live().isPresent());
    }

    /** §5: whether the DNS has said that there is no newer policy, or has led to it. */
    private boolean isRechecked() {
        return applicable().isPresent()
                && (dns.answer().showsNoUpdate()
                        || (dns.answer() == DnsCase.Answer.ID && failure().isEmpty()));
    }

    // ---- what comes out ----

    /** Plays the cell. */
    List<String> play(FaultWorld world) throws InterruptedException {
        MtaSts sts = world.senderFor(https);
        prepare(world);
        try {
            play(world, sts);
        } catch (RuntimeException | Error e) {
            broken.add("I5 thrown: " + e);
        }
        return broken.stream()
                .map(what -> dns + " x " + https + " x " + state + ": " + what)
                .toList();
    }

    private void prepare(FaultWorld world) {
        dns.play().on(world.dns(), domain.toString(), "_mta-sts." + domain);
        https.play().on(world, domain);
        state.stored(domain)
                .ifPresent(policy -> check("the store takes it", world.store().save(policy)));
    }

    private void play(FaultWorld world, MtaSts sts) throws InterruptedException {
        PolicyDomain asked = PolicyDomain.of(domain);
        if (live().isPresent()) {
            PolicyResolution warm = timed(world, () -> sts.resolve(asked));
            equal("I1 from the store", live(), warm.applicable());
            judge(sts, warm, live(), false);
        }
        PolicyResolution first = timed(world, () -> live().isPresent() ? sts.recheck(asked) : sts.resolve(asked));
        judge(sts, first);
        PolicyResolution again = timed(world, () -> sts.recheck(asked));
        judge(sts, again);
        judgeVisits(world.policyHost().visits(domain.toString()));
        equal("I6 in memory", applicable(), sts.peek(asked));
    }

    private PolicyResolution timed(FaultWorld world, Resolution resolution) throws InterruptedException {
        long begin = System.nanoTime();
        PolicyResolution resolved = resolution.get();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        check("I4 took " + took, took.compareTo(world.deadline(https)) <= 0);
        return resolved;
    }

    private void judge(MtaSts sts, PolicyResolution resolution) {
        equal("I6 applicable", applicable(), resolution.applicable());
        equal("I5 code", failure(), resolution.failure().map(StsFailure::code));
        equal("I5 kind", kind(), resolution.getClass());
        if (resolution instanceof PolicyResolution.Found found) {
            boolean fresh = found.freshness() == Freshness.FETCHED || found.freshness() == Freshness.CONFIRMED;
            check("I5 freshness " + found.freshness(), fresh == failure().isEmpty());
        }
        resolution.failure().ifPresent(failure -> {
            printable(failure.reason());
            printable(failure.toString());
        });
        judge(sts, resolution, applicable(), isRechecked());
    }

    private Class<? extends PolicyResolution> kind() {
        if (applicable().isPresent()) {
            return PolicyResolution.Found.class;
        }
        return failure().isPresent() ? PolicyResolution.Unusable.class : PolicyResolution.Absent.class;
    }

    /** I1, I2, I3: a good MX, one without STARTTLS, and one that is not listed. */
    private void judge(MtaSts sts, PolicyResolution resolution, Optional<CachedPolicy> policy, boolean rechecked) {
        Mode mode = policy.map(cached -> cached.policy().mode()).orElse(Mode.NONE);
        Verdict bad = switch (mode) {
            case ENFORCE -> Verdict.DEFER;
            case TESTING -> Verdict.REPORT_ONLY;
            case NONE -> Verdict.DELIVER;
        };
        DomainName good = CacheState.goodMx(domain);
        equal("I3 re-checked", rechecked, resolution.isRechecked());
        decide(sts.decide(resolution, good, verified(good)), Verdict.DELIVER, rechecked);
        decide(sts.decide(resolution, good, new TlsOutcome.NotOffered()), bad, rechecked);
        decide(sts.decide(resolution, EVIL_MX, verified(EVIL_MX)), bad, rechecked);
    }

    private static TlsOutcome verified(DomainName mx) {
        return new TlsOutcome.Verified(VerifiedPeer.assertedBy("matrix", mx));
    }

    private void decide(DeliveryDecision decision, Verdict verdict, boolean rechecked) {
        equal("I1/I2 verdict for " + decision.attempt().mx(), verdict, decision.verdict());
        if (decision instanceof DeliveryDecision.Defer defer) {
            check("I3 status " + defer.enhancedStatus(), defer.enhancedStatus().startsWith("4."));
            equal("I3 bounce", rechecked, defer.bounceAllowed());
        }
        decision.explain().lines().forEach(line -> printable(line.replace("§", "")));
    }

    /** I5 and I8: every failed attempt was told, with the same code and as the type that RFC 8460 has for it. */
    private void judgeEvents(List<DiscoveryResult> events) {
        List<FailureCode> told =
                events.stream().map(event -> event.failure().code()).distinct().toList();
        equal("I5 told", failure().map(List::of).orElse(List.of()), told);
        for (DiscoveryResult event : events) {
            equal("I6 kept", live(), event.kept());
            boolean reported =
                    live().filter(policy -> policy.policy().mode() != Mode.NONE).isPresent();
            equal(
                    "I8 type",
                    reported ? failure().map(HttpsCase::resultType) : Optional.empty(),
                    event.detail().map(FailureDetail::type));
        }
    }

    /** I4: one fetch at most, and none at all unless the DNS has given a new id. */
    private void judgeVisits(List<Visit> visits) {
        boolean expected = isFetched() && https.isReached();
        check(
                "I4 visits: " + visits.size(),
                https.stalls() ? visits.size() <= (expected ? 1 : 0) : visits.size() == (expected ? 1 : 0));
        check(
                "I4 requests",
                visits.stream().mapToInt(visit -> visit.requests().size()).sum() <= 1);
    }

    /** When all is over, and what goes on behind an answer is too: who was told, what is in the store, what the Policy Host saw. */
    List<String> playedOut(FaultWorld world) throws InterruptedException {
        broken.clear();
        judgeEvents(world.eventsOf(domain));
        equal(
                "I6 in the store",
                isReplaced() ? applicable() : state.stored(domain),
                world.store().find(domain));
        for (Visit visit : world.policyHost().visits(domain.toString())) {
            check("I9 a connection is open", visit.awaitEnd(Duration.ofSeconds(5)));
            check("I4 " + visit.octetsWritten() + " octets", visit.octetsWritten() <= MOST_OCTETS);
        }
        return broken.stream()
                .map(what -> dns + " x " + https + " x " + state + ": " + what)
                .collect(Collectors.toList());
    }

    // ---- words ----

    private void printable(String text) {
        check(
                "I7 not printable: " + text,
                !text.isEmpty() && text.chars().allMatch(c -> c >= 0x20 && c <= 0x7e) && text.length() <= 1000);
    }

    private void equal(String what, Object expected, Object actual) {
        check(what + ": " + actual + " instead of " + expected, expected.equals(actual));
    }

    private void check(String what, boolean holds) {
        if (!holds) {
            broken.add(what);
        }
    }

    private interface Resolution {
        PolicyResolution get() throws InterruptedException;
    }
}
