// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flow of one domain, as §3.3 and §5.1 have it: TXT record, id, fetch, policy. Waits for the network; {@link Flights}
 * sees to it that there is one at a time for each domain.
 */
final class Discovery {

    private static final Logger log = LoggerFactory.getLogger(Discovery.class);

    /** How old a policy is at least before it is fetched once more although its id is the same (decision D24). */
    private static final Duration OLD_ENOUGH = Duration.ofMinutes(10);

    /** When to look again for a policy that is known to be somewhere. */
    private static final Duration SOON = Duration.ofMinutes(1);

    private final RecordWatch records;
    private final PolicyFetcher fetcher;
    private final FetchRules fetchRules;
    private final Duration fetchTimeout;
    private final GuardedStore store;
    private final PolicyCache cache;
    private final RefreshSchedule schedule;
    private final GuardedListener listener;
    private final ClockGuard clock;
    private final Duration deferral;

    Discovery(
            TxtLookup txt,
            PolicyFetcher fetcher,
            GuardedStore store,
            PolicyCache cache,
            RefreshSchedule schedule,
            GuardedListener listener,
            ClockGuard clock,
            ResolverSettings settings) {
        this.records = new RecordWatch(txt, clock, settings.grammar());
        this.fetcher = fetcher;
        this.fetchRules = new FetchRules(new PolicyParser(settings.grammar()));
        this.fetchTimeout = settings.fetchTimeout();
        this.store = store;
        this.cache = cache;
        this.schedule = schedule;
        this.listener = listener;
        this.clock = clock;
        this.deferral = settings.firstContact().deferral();
    }

    /** Finds out about a domain. What is learnt is remembered for the next who ask. */
    PolicyResolution of(DomainName domain, Flights.Flight flight) throws InterruptedException {
        Instant now = clock.instant();
        PolicyCache.Entry entry = cache.live(domain, now);
        if (flight.purpose() == Flights.Purpose.LOOK_UP) {
            PolicyResolution known = entry != null ? entry.answer() : cache.negative(domain, now);
            return known != null // The flight before this one has just found it out.
                    ? known
                    : attempt(domain, flight, Optional.empty()); // Who looks up has looked into the store.
        }
        PolicyResolution lately = flight.purpose() == Flights.Purpose.INSIST ? cache.insistedLately(domain, now) : null;
        if (lately != null) { // A thousand messages that cannot be delivered are one question.
            return lately;
        }
        PolicyResolution answer =
                attempt(domain, flight, entry != null ? Optional.of(entry.cached()) : stored(domain, now));
        if (flight.purpose() == Flights.Purpose.INSIST && flight.isWanted()) {
            cache.noteInsisted(domain, answer, clock.instant());
        }
        return answer;
    }

    private Optional<CachedPolicy> stored(DomainName domain, Instant now) {
        return store.find(domain, now).filter(policy -> !cache.doubts(policy, now));
    }

    private PolicyResolution attempt(DomainName domain, Flights.Flight flight, Optional<CachedPolicy> held)
            throws InterruptedException {
        Sighting seen = records.look(domain);
        if (!seen.isUnavailable()) {
            flight.noteRecordSeen();
            cache.noteDnsAnswered(domain);
        }
        Attempt attempt = new Attempt(domain, flight, held, seen);
        attempt.watchTheRecord();
        return flight.purpose() == Flights.Purpose.REFRESH && held.isPresent() ? attempt.refresh() : attempt.follow();
    }

    /** One attempt for one domain, which begins with what its TXT record says. */
    private final class Attempt {

        private final DomainName domain;
        private final Flights.Flight flight;
        private final Sighting seen;
        private Optional<CachedPolicy> held;

        Attempt(DomainName domain, Flights.Flight flight, Optional<CachedPolicy> held, Sighting seen) {
            this.domain = domain;
            this.flight = flight;
            this.held = held;
            this.seen = seen;
        }

        /** §5.1: goes after the id in the TXT record. */
        PolicyResolution follow() throws InterruptedException {
            if (seen.id().isEmpty()) {
                return withoutId(seen.failure().orElseThrow());
            }
            String id = seen.id().get();
            Instant now = clock.instant();
            if (holds(id, now)) { // §3.1: the id says whether there is anything to fetch.
                return standsInTheWay(id, now) ? fetchAgain(id) : confirmed();
            }
            if (othersHold(id, now)) {
                return confirmed();
            }
            FetchHistory history = cache.history(domain);
            return history == null || history.allows(id, now) ? fetch(id) : notYet(id, history, now);
        }

        /** §10.2: fetches the policy again "regardless of the state of the TXT record" (decision D26). */
        PolicyResolution refresh() throws InterruptedException {
            String id = seen.id().orElse(held.orElseThrow().id());
            Instant now = clock.instant();
            if (othersHold(id, now)) {
                return leftAsItIs();
            }
            FetchHistory history = cache.history(domain);
            if (history != null && !history.allows(id, now)) {
                upkeep().ifPresent(upkeep -> upkeep.postpone(history.nextFetch(id)));
                return notYet(id, history, now);
            }
            if (holds(id, now)
                    && !store.mayRefresh(domain)) { // Another sender does it; we shall see what he has saved.
                upkeep().ifPresent(upkeep -> upkeep.postpone(now.plus(RefreshSchedule.LEASE)));
                return leftAsItIs();
            }
            return seen.shows(id) && holds(id, now) ? fetchAgain(id) : fetch(id);
        }

        private PolicyResolution leftAsItIs() {
            return seen.failure().isEmpty() ? confirmed() : kept(seen.failure().get(), seen.nextLook());
        }

        // ---- what is there already ----

        private PolicyResolution withoutId(StsFailure failure) {
            // §3.1, note: the record's absence alone does not remove a policy.
            return seen.isGone() && !holdsAny(failure.at()) ? absent() : failed(failure, seen.nextLook());
        }

        private boolean holdsAny(Instant now) {
            return held.filter(policy -> policy.isLive(now)).isPresent();
        }

        private boolean holds(String id, Instant now) {
            return held.filter(policy -> policy.isLive(now))
                    .filter(policy -> policy.id().equals(id))
                    .isPresent();
        }

        /** Another sender with the same store may have fetched the policy already. */
        private boolean othersHold(String id, Instant now) {
            Optional<CachedPolicy> theirs = store.find(domain, now)
                    .filter(policy -> policy.id().equals(id))
                    .filter(policy -> held.filter(ours -> !policy.fetchedAt().isAfter(ours.fetchedAt()))
                            .isEmpty());
            theirs.ifPresent(policy -> {
                held = theirs;
                cache.put(policy, schedule.others(policy, now), seen.nextLook(), flight::isWanted);
            });
            return theirs.isPresent();
        }

        /** Decision D24: the id may have been changed before the policy (§8.1), or have been forgotten. */
        private boolean standsInTheWay(String id, Instant now) {
            if (flight.purpose() != Flights.Purpose.INSIST) {
                return false;
            }
            FetchHistory history = cache.history(domain);
            CachedPolicy policy = held.orElseThrow();
            return policy.policy().mode() == Mode.ENFORCE
                    && isOldEnough(policy.fetchedAt(), now)
                    && (history == null || (history.allows(id, now) && isOldEnough(history.lastFetch(), now)));
        }

        /** A time in the future is from before the clock was set back, and void. */
        private static boolean isOldEnough(Instant fetch, Instant now) {
            return fetch.isAfter(now) || fetch.plus(OLD_ENOUGH).isBefore(now);
        }

        // ---- the fetch and what becomes of it ----

        /**
         * For the id that the policy has already. Even if it fails the DNS has answered that there is no update, which is
         * what §5 asks for.
         */
        private PolicyResolution fetchAgain(String id) throws InterruptedException {
            PolicyResolution answer = fetch(id);
            return holds(id, clock.instant()) && answer.failure().isPresent()
                    ? new PolicyResolution.Found(held.orElseThrow(), Freshness.CONFIRMED, Optional.empty())
                    : answer;
        }

        private PolicyResolution fetch(String id) throws InterruptedException {
            Instant begun = clock.instant();
            Instant livesFrom = clock.later();
            FetchRules.Verdict verdict = get(begun);
            FetchHistory before = cache.history(domain);
            if (verdict instanceof FetchRules.Usable usable) {
                cache.putHistory(domain, FetchHistory.success(id, begun, before), flight::isWanted);
                // Lives from the beginning of the fetch, before which the policy cannot have been changed unseen.
                return fetched(new CachedPolicy(domain, id, usable.policy(), livesFrom), begun);
            }
            StsFailure failure = ((FetchRules.Failed) verdict).failure();
            FetchHistory history = FetchHistory.failure(id, failure, begun, clock.instant(), before);
            // §3.3: no retry of this id for five minutes, at least.
            cache.putHistory(domain, history, flight::isWanted);
            PolicyResolution answer = failed(failure, earlier(seen.nextLook(), history.nextFetch(id)));
            upkeep().ifPresent(upkeep -> upkeep.missed(failure, history.nextFetch(id)));
            return answer;
        }

        /** What the store keeps instead, if another sender has fetched it later. */
        private Optional<CachedPolicy> saved(CachedPolicy policy) {
            Optional<CachedPolicy> later = flight.isWanted() ? store.save(policy) : Optional.empty();
            if (!flight.isWanted()) {
                store.removeIfStill(policy); // It was forgotten while we saved it; what came after us stays.
            }
            return later;
        }

        private PolicyResolution fetched(CachedPolicy policy, Instant now) {
            Optional<CachedPolicy> before = held.filter(one -> one.isLive(now));
            Set<PolicyEvent.Kind> changes =
                    before.map(one -> Changes.between(one, policy)).orElse(Set.of());
            boolean skewedBefore = upkeep().filter(Upkeep::isSkewed).isPresent();
            cache.put(policy, upkeep(policy, changes, now), seen.nextLook(), flight::isWanted);
            logChange(policy, before);
            listener.policyFetched(policy, before);
            before.ifPresent(one -> tell(changes, one, policy, skewedBefore));
            PolicyResolution answer = new PolicyResolution.Found(policy, Freshness.FETCHED, Optional.empty());
            flight.answer(answer); // When all have heard of it, and before the store, which may be slow.
            Optional<CachedPolicy> later = saved(policy);
            if (later.isPresent()) {
                Upkeep theirs = schedule.others(later.get(), now);
                cache.put(later.get(), theirs, seen.nextLook(), flight::isWanted);
                return new PolicyResolution.Found(later.get(), Freshness.CACHED, Optional.empty());
            }
            return answer;
        }

        private Upkeep upkeep(CachedPolicy policy, Set<PolicyEvent.Kind> changes, Instant now) {
            Upkeep upkeep = changes.contains(PolicyEvent.Kind.ID_CHANGED_SAME_BODY)
                    ? schedule.skewed(now)
                    : schedule.fetched(policy, now);
            if (seen.isGone()) {
                boolean unused = upkeep.noteTxtGone(); // Told of the policy before.
            }
            return upkeep;
        }

        // ---- the answers ----

        private PolicyResolution confirmed() {
            // Decision D23: the lifetime is not renewed. TXT is not authenticated; a replayed id must not freeze a
            // policy.
            CachedPolicy policy = held.orElseThrow();
            cache.noteRecheck(policy, Optional.empty(), seen.nextLook());
            return new PolicyResolution.Found(policy, Freshness.CONFIRMED, Optional.empty());
        }

        private PolicyResolution absent() {
            if (cache.isKnownToEnforce(domain, clock.instant())) {
                return withheld(seen.failure().orElseThrow());
            }
            PolicyResolution absent = new PolicyResolution.Absent(new PolicyDomain.Named(domain));
            cache.putNegative(domain, absent, seen.nextLook(), flight::isWanted);
            return absent;
        }

        private PolicyResolution notYet(String id, FetchHistory history, Instant now) {
            return kept(history.reasonToWait(id, now), earlier(seen.nextLook(), history.nextFetch(id)));
        }

        private PolicyResolution failed(StsFailure failure, Instant nextLook) {
            held.filter(policy -> policy.isLive(failure.at())).ifPresent(policy -> logKept(policy, failure));
            PolicyResolution answer = kept(failure, nextLook);
            listener.discoveryFailed(domain, failure, answer.applicable());
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
            if (cache.isKnownToEnforce(domain, now)) {
                return withheld(failure);
            }
            if (isDeferred(failure, now)) {
                return withhold(failure, nextLook);
            }
            log.debug("No policy for {}: {}", domain, failure);
            PolicyResolution unusable = new PolicyResolution.Unusable(new PolicyDomain.Named(domain), failure);
            cache.putNegative(domain, unusable, nextLook, flight::isWanted);
            return unusable;
        }

        /** The policy is live somewhere, but not at hand: the store is silent, or has lost it. */
        private PolicyResolution withheld(StsFailure failure) {
            PolicyCache.Entry late = cache.settled(domain, clock.instant());
            if (late != null) { // Somebody has found it in the store after all.
                return new PolicyResolution.Found(late.cached(), Freshness.KEPT, Optional.of(failure));
            }
            StsFailure unknown = Discovery.stateUnknown(domain, failure);
            return withhold(unknown, earlier(seen.nextLook(), clock.instant().plus(SOON)));
        }

        private PolicyResolution withhold(StsFailure cause, Instant nextLook) {
            PolicyResolution withheld = new PolicyResolution.Withheld(new PolicyDomain.Named(domain), cause);
            cache.putNegative(domain, withheld, nextLook, flight::isWanted);
            return withheld;
        }

        private boolean isDeferred(StsFailure failure, Instant now) {
            if (failure.code() != FailureCode.DNS_TRANSIENT) {
                return false;
            }
            if (cache.isDeferred(domain, now)) {
                return true;
            }
            if (cache.noteDeferralSpent(domain)) {
                String detail = "the DNS has failed for " + deferral.toMinutes() + " min, last with " + failure
                        + "; the mail goes as without a policy";
                listener.healthEvent(
                        new HealthEvent(HealthEvent.Kind.DEFERRAL_SPENT, Optional.of(domain), detail, now));
            }
            return false;
        }

        // ---- what is noted and told on the way ----

        void watchTheRecord() {
            Optional<Upkeep> upkeep = upkeep();
            if (seen.id().isPresent()) {
                upkeep.ifPresent(Upkeep::noteTxtFound);
            } else if (seen.isGone()
                    && holdsAny(clock.instant())
                    && upkeep.filter(Upkeep::noteTxtGone).isPresent()) {
                tellGone(held.orElseThrow(), seen.failure().orElseThrow());
            }
        }

        private void tellGone(CachedPolicy policy, StsFailure gone) {
            if (policy.policy().mode() != Mode.NONE) { // §8.3: that is how a withdrawal ends.
                listener.policyEvent(PolicyEvent.of(PolicyEvent.Kind.TXT_GONE, policy, gone, gone.at()));
            }
        }

        private void tell(
                Set<PolicyEvent.Kind> changes, CachedPolicy before, CachedPolicy policy, boolean skewedBefore) {
            for (PolicyEvent.Kind kind : changes) {
                boolean isNews = switch (kind) {
                    case BODY_CHANGED_SAME_ID -> seen.shows(policy.id());
                    case ID_CHANGED_SAME_BODY -> !skewedBefore; // Whoever forges ids can do so each minute.
                    default -> true;
                };
                if (isNews) {
                    listener.policyEvent(PolicyEvent.change(kind, before, policy));
                }
            }
        }

        /** The care for the policy in memory, if there is one. */
        private Optional<Upkeep> upkeep() {
            return Optional.ofNullable(cache.entry(domain)).map(PolicyCache.Entry::upkeep);
        }

        // ---- the Policy Host, the way to which is not ours ----

        private FetchRules.Verdict get(Instant now) throws InterruptedException {
            try {
                DomainName host = domain.child("mta-sts").orElseThrow();
                PolicyFetcher.Request request = new PolicyFetcher.Request(
                        domain, host, fetchTimeout, PolicyParser.MAX_BODY_OCTETS, clock.wall());
                return fetchRules.judge(fetcher.fetch(request), request);
            } catch (RuntimeException e) {
                String name = fetcher.getClass().getName();
                log.error("{} threw for {}; taken for a failed fetch", name, domain, e);
                String detail = "the fetcher threw " + e.getClass().getName();
                return new FetchRules.Failed(new StsFailure(FailureCode.INTERNAL, "internal", detail, now));
            }
        }
    }

    /** What is said of a domain that is known to enforce, and whose policy cannot be had. */
    static StsFailure stateUnknown(DomainName domain, StsFailure failure) {
        return new StsFailure(
                FailureCode.POLICY_STATE_UNKNOWN,
                "policy-state-unknown",
                domain + " is known to have an enforce policy, which is not at hand and cannot be fetched: "
                        + failure.detail(),
                failure.at());
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
        if (isNews(failure, cache.live(held.domain(), failure.at()))
                && held.policy().mode() != Mode.NONE) {
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

    /** A vanished TXT record and a series of misses are events, which are logged as such. */
    private static boolean isNews(StsFailure failure, PolicyCache.@Nullable Entry entry) {
        return failure.code() != FailureCode.TXT_GONE
                && (entry == null
                        || (entry.answer().failure().isEmpty() && entry.upkeep().misses() == null));
    }
}
