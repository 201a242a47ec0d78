// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.Defect;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.StsRecord;
import io.github.mtasts4j.policy.StsRecordParser;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flow of one domain, as §3.3 and §5.1 have it: TXT record, id, fetch, policy. Waits for the network; {@link Flights}
 * sees to it that there is one at a time for each domain.
 */
final class Discovery {

    private static final Logger log = LoggerFactory.getLogger(Discovery.class);

    private static final Duration SHORTEST_RECHECK = Duration.ofMinutes(1);
    static final Duration LONGEST_RECHECK = Duration.ofHours(1);
    private static final Duration LONGEST_NEGATIVE = Duration.ofMinutes(15);
    private static final Duration DNS_RETRY = Duration.ofSeconds(60);

    private final TxtLookup txt;
    private final PolicyFetcher fetcher;
    private final GuardedStore store;
    private final PolicyCache cache;
    private final ResolverListener listener;
    private final InstantSource clock;
    private final Duration fetchTimeout;
    private final StsRecordParser recordParser;
    private final FetchRules fetchRules;

    Discovery(
            TxtLookup txt,
            PolicyFetcher fetcher,
            GuardedStore store,
            PolicyCache cache,
            ResolverListener listener,
            InstantSource clock,
            ResolverSettings settings) {
        this.txt = txt;
        this.fetcher = fetcher;
        this.store = store;
        this.cache = cache;
        this.listener = listener;
        this.clock = clock;
        this.fetchTimeout = settings.fetchTimeout();
        this.recordParser = new StsRecordParser(settings.grammar());
        this.fetchRules = new FetchRules(new PolicyParser(settings.grammar()));
    }

    /** Finds out about a domain. What is learnt is remembered for the next who ask. */
    PolicyResolution of(DomainName domain, Flights.Flight flight) throws InterruptedException {
        Instant now = clock.instant();
        PolicyCache.Entry entry = cache.live(domain, now);
        if (flight.purpose() == Flights.Purpose.LOOK_UP) {
            PolicyResolution known = entry != null ? entry.answer() : cache.negative(domain, now);
            return known != null // The flight before this one has just found it out.
                    ? known
                    : new Attempt(domain, flight, Optional.empty()).make(); // Who looks up has looked into the store.
        }
        Optional<CachedPolicy> held = entry != null ? Optional.of(entry.cached()) : store.find(domain, now);
        return new Attempt(domain, flight, held).make();
    }

    /** One attempt for one domain. */
    private final class Attempt {

        private final DomainName domain;
        private final Flights.Flight flight;
        private Optional<CachedPolicy> held;

        Attempt(DomainName domain, Flights.Flight flight, Optional<CachedPolicy> held) {
            this.domain = domain;
            this.flight = flight;
            this.held = held;
        }

        PolicyResolution make() throws InterruptedException {
            TxtLookup.Answer answer = ask();
            Instant now = clock.instant();
            if (answer instanceof TxtLookup.Unavailable unavailable) {
                return failed(
                        new StsFailure(FailureCode.DNS_TRANSIENT, unavailable.reason(), unavailable.detail(), now),
                        now.plus(jittered(DNS_RETRY)));
            }
            if (answer instanceof TxtLookup.None none) {
                return gone("there is no TXT record at _mta-sts." + domain, now, negative(none.ttl()));
            }
            TxtLookup.Records records = (TxtLookup.Records) answer;
            Parsed<StsRecord> record = recordParser.select(records.values());
            if (record instanceof Parsed.Malformed<StsRecord> malformed) {
                return malformed.defect() == Defect.NO_RECORD
                        ? gone(malformed.detail(), now, negative(records.ttl()))
                        : failed(failure(malformed, now), now.plus(negative(records.ttl())));
            }
            String id = record.orElseThrow().id();
            Instant nextLook = now.plus(clamp(records.ttl(), SHORTEST_RECHECK, LONGEST_RECHECK));
            if (holds(id, now) || othersHold(id, nextLook, now)) {
                return confirmed(nextLook); // §3.1: the id says whether there is anything to fetch.
            }
            FetchHistory history = cache.history(domain);
            if (history != null && !history.allows(id, now)) {
                return kept(history.reasonToWait(id, now), earlier(nextLook, history.nextFetch(id)));
            }
            return fetch(id, nextLook);
        }

        private boolean holds(String id, Instant now) {
            return held.filter(policy -> policy.isLive(now))
                    .filter(policy -> policy.id().equals(id))
                    .isPresent();
        }

        /** Another sender with the same store may have fetched the new policy already. */
        private boolean othersHold(String id, Instant nextLook, Instant now) {
            Optional<CachedPolicy> theirs = store.find(domain, now)
                    .filter(policy -> policy.id().equals(id))
                    .filter(policy -> held.filter(ours -> !policy.fetchedAt().isAfter(ours.fetchedAt()))
                            .isEmpty());
            theirs.ifPresent(policy -> {
                held = theirs;
                cache.put(policy, nextLook, flight::isWanted);
            });
            return theirs.isPresent();
        }

        private PolicyResolution fetch(String id, Instant nextLook) throws InterruptedException {
            Instant begun = clock.instant();
            FetchRules.Verdict verdict = get(begun);
            FetchHistory before = cache.history(domain);
            if (verdict instanceof FetchRules.Usable usable) {
                cache.putHistory(domain, FetchHistory.success(id, begun, before), flight::isWanted);
                // Lives from the beginning of the fetch, before which the policy cannot have been changed unseen.
                return fetched(new CachedPolicy(domain, id, usable.policy(), begun), nextLook);
            }
            StsFailure failure = ((FetchRules.Failed) verdict).failure();
            FetchHistory history = FetchHistory.failure(id, failure, begun, clock.instant(), before);
            cache.putHistory(
                    domain, history, flight::isWanted); // §3.3: no retry of this id for five minutes, at least.
            return failed(failure, earlier(nextLook, history.nextFetch(id)));
        }

        private PolicyResolution fetched(CachedPolicy policy, Instant nextLook) {
            cache.put(policy, nextLook, flight::isWanted);
            Optional<CachedPolicy> later = flight.isWanted() ? store.save(policy) : Optional.empty();
            if (!flight.isWanted()) {
                store.remove(domain); // It was forgotten while we saved it.
            }
            if (later.isPresent()) {
                cache.put(later.get(), nextLook, flight::isWanted);
                return new PolicyResolution.Found(later.get(), Freshness.CACHED, Optional.empty());
            }
            Optional<CachedPolicy> before = held.filter(one -> one.isLive(policy.fetchedAt()));
            logChange(policy, before);
            tell(() -> listener.policyFetched(policy, before));
            return new PolicyResolution.Found(policy, Freshness.FETCHED, Optional.empty());
        }

        private PolicyResolution confirmed(Instant nextLook) {
            // Decision D23: the lifetime is not renewed. TXT is not authenticated; a replayed id must not freeze a
            // policy.
            CachedPolicy policy = held.orElseThrow();
            cache.noteRecheck(policy, Optional.empty(), nextLook);
            return new PolicyResolution.Found(policy, Freshness.CONFIRMED, Optional.empty());
        }

        private PolicyResolution gone(String detail, Instant now, Duration ttl) {
            if (held.filter(policy -> policy.isLive(now))
                    .isPresent()) { // §3.1, note: its absence alone does not remove a policy.
                return failed(new StsFailure(FailureCode.TXT_GONE, "no-txt", detail, now), now.plus(ttl));
            }
            PolicyResolution absent = new PolicyResolution.Absent(new PolicyDomain.Named(domain));
            cache.putNegative(domain, absent, now.plus(ttl), flight::isWanted);
            return absent;
        }

        private PolicyResolution failed(StsFailure failure, Instant nextLook) {
            held.filter(policy -> policy.isLive(failure.at())).ifPresent(policy -> logKept(policy, failure));
            PolicyResolution answer = kept(failure, nextLook);
            tell(() -> listener.discoveryFailed(domain, failure, answer.applicable()));
            return answer;
        }

        /** §3.3: with a live policy it applies, without one the mail goes as if there were none. */
        private PolicyResolution kept(StsFailure failure, Instant nextLook) {
            Instant now = clock.instant(); // A fetch may have taken a minute: a policy can expire in it.
            Optional<CachedPolicy> live = held.filter(policy -> policy.isLive(now));
            if (live.isPresent()) {
                cache.noteRecheck(live.get(), Optional.of(failure), nextLook);
                return new PolicyResolution.Found(live.get(), Freshness.KEPT, Optional.of(failure));
            }
            log.debug("No policy for {}: {}", domain, failure);
            PolicyResolution unusable = new PolicyResolution.Unusable(new PolicyDomain.Named(domain), failure);
            cache.putNegative(domain, unusable, nextLook, flight::isWanted);
            return unusable;
        }

        // ---- the world outside, whose implementations are not ours ----

        private TxtLookup.Answer ask() throws InterruptedException {
            try {
                return Objects.requireNonNull(
                        txt.lookup(domain.child("_mta-sts").orElseThrow()));
            } catch (RuntimeException e) {
                log.error(
                        "{} threw for {}; taken for a DNS failure",
                        txt.getClass().getName(),
                        domain,
                        e);
                return new TxtLookup.Unavailable(
                        "internal", "the look-up threw " + e.getClass().getName());
            }
        }

        private FetchRules.Verdict get(Instant now) throws InterruptedException {
            try {
                DomainName host = domain.child("mta-sts").orElseThrow();
                PolicyFetcher.Request request =
                        new PolicyFetcher.Request(domain, host, fetchTimeout, PolicyParser.MAX_BODY_OCTETS, now);
                return fetchRules.judge(fetcher.fetch(request), request);
            } catch (RuntimeException e) {
                String name = fetcher.getClass().getName();
                log.error("{} threw for {}; taken for a failed fetch", name, domain, e);
                String detail = "the fetcher threw " + e.getClass().getName();
                return new FetchRules.Failed(new StsFailure(FailureCode.INTERNAL, "internal", detail, now));
            }
        }
    }

    private void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            log.error("A listener threw; ignored", e);
        }
    }

    private static StsFailure failure(Parsed.Malformed<StsRecord> malformed, Instant now) {
        return switch (malformed.defect()) {
            case MULTIPLE_RECORDS -> new StsFailure(FailureCode.DNS_MULTIPLE, "multiple-txt", malformed.detail(), now);
            case LIMIT -> new StsFailure(FailureCode.DNS_LIMIT, "txt-too-large", malformed.detail(), now);
            default -> new StsFailure(FailureCode.DNS_SYNTAX, "invalid-txt", malformed.detail(), now);
        };
    }

    // ---- times ----

    private static Duration negative(Duration ttl) {
        return clamp(ttl, SHORTEST_RECHECK, LONGEST_NEGATIVE);
    }

    private static Duration clamp(Duration value, Duration least, Duration most) {
        return value.compareTo(least) < 0 ? least : value.compareTo(most) > 0 ? most : value;
    }

    /** Plus or minus a fifth, so that the domains of one broken name server do not come back all at once. */
    private static Duration jittered(Duration value) {
        double factor = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
        return Duration.ofMillis(Math.round(value.toMillis() * factor));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    // ---- what the operator reads: state changes, not messages ----

    private static void logChange(CachedPolicy policy, Optional<CachedPolicy> before) {
        Policy now = policy.policy();
        if (before.isEmpty()) {
            log.debug(
                    "New policy of {}: mode {}, id {}",
                    policy.domain(),
                    now.mode().keyword(),
                    policy.id());
        } else if (!before.get().policy().equals(now)) {
            log.info(
                    "The policy of {} has changed: mode {} (was {}), id {} (was {})",
                    policy.domain(),
                    now.mode().keyword(),
                    before.get().policy().mode().keyword(),
                    policy.id(),
                    before.get().id());
        }
    }

    private void logKept(CachedPolicy held, StsFailure failure) {
        PolicyCache.Entry entry = cache.live(held.domain(), failure.at());
        boolean news = entry == null || entry.answer().failure().isEmpty();
        if (news && held.policy().mode() != Mode.NONE) {
            log.warn(
                    "The policy of {} (mode {}, id {}, fetched {}) could not be brought up to date and stays in force"
                            + " until {}: {}",
                    held.domain(),
                    held.policy().mode().keyword(),
                    held.id(),
                    held.fetchedAt(),
                    held.expiresAt(),
                    failure);
        }
    }
}
