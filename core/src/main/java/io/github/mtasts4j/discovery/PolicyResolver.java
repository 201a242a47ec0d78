// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the policy of a domain and keeps it (§3.3, §5.1).
 *
 * <p>The one rule that everything here serves: no failure removes, shortens or weakens a live policy. Only an HTTPS
 * response with status 200 and a valid body replaces it, and only that moves its expiry. An attacker who owns the DNS
 * can make us ask, but he cannot make us forget.
 */
public final class PolicyResolver implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PolicyResolver.class);

    private final GuardedStore store;
    private final ClockGuard clock;
    private final ResolverSettings settings;
    private final PolicyCache cache;
    private final RefreshSchedule schedule = new RefreshSchedule();
    private final GuardedListener listener;
    private final Flights flights;
    private final Duration patience;
    private final OtherSenders others;
    private final PolicyStore.Watch watch;

    /**
     * Makes a resolver.
     *
     * @param txt asks the DNS
     * @param fetcher asks Policy Hosts
     * @param store keeps policies beyond this process
     * @param listener is told what happens
     * @param time the time
     * @param executor runs discoveries, which wait for the network, and saves what the store has lost; closed by whoever made it
     * @param settings bounds and times
     */
    public PolicyResolver(
            TxtLookup txt,
            PolicyFetcher fetcher,
            Optional<PolicyStore> store,
            ResolverListener listener,
            TimeSource time,
            Executor executor,
            ResolverSettings settings) {
        this.settings = settings;
        this.listener = new GuardedListener(listener);
        this.clock = new ClockGuard(time, this.listener::healthEvent);
        this.store = new GuardedStore(store, clock, this.listener::healthEvent);
        this.cache = new PolicyCache(settings, clock, this.listener);
        Discovery discovery = new Discovery(txt, fetcher, this.store, cache, schedule, this.listener, clock, settings);
        this.patience =
                shorter(settings.foregroundWait(), settings.firstContact().patience());
        this.flights = new Flights(settings, executor, discovery::of, new Ground());
        this.others = new OtherSenders(this.store, cache, schedule, flights, clock, executor);
        this.watch = this.store.watch(others);
    }

    /**
     * Says which policy applies to a domain. Returns at once for a domain that is known; for another it waits for the
     * store, and then for the DNS and the Policy Host, at most {@link ResolverSettings#foregroundWait()}, or as
     * {@link ResolverSettings#firstContact()} has it. Whatever goes wrong out there is part of the answer.
     *
     * @param domain the policy domain
     * @return what is known; never a policy that has expired
     * @throws InterruptedException if the thread was interrupted while it waited; the discovery goes on
     */
    public PolicyResolution resolve(PolicyDomain domain) throws InterruptedException {
        if (!(domain instanceof PolicyDomain.Named named)) {
            return withoutPolicyDomain((PolicyDomain.None) domain);
        }
        DomainName name = named.name();
        PolicyResolution known = known(name);
        if (known == null) {
            known = stored(name).orElse(null);
        }
        return known != null ? known : await(name, flights.join(name, Flights.Purpose.LOOK_UP), patience);
    }

    /**
     * The same without waiting.
     *
     * @param domain the policy domain
     * @param executor asks the store, where there is one, and runs what depends on the answer
     * @return the answer, complete already for a domain that is known, and completed in any case within
     *     {@link ResolverSettings#foregroundWait()}; exceptionally only for a defect in this library
     */
    public CompletableFuture<PolicyResolution> resolveAsync(PolicyDomain domain, Executor executor) {
        if (!(domain instanceof PolicyDomain.Named named)) {
            return CompletableFuture.completedFuture(withoutPolicyDomain((PolicyDomain.None) domain));
        }
        DomainName name = named.name();
        PolicyResolution known = known(name);
        return known != null
                ? CompletableFuture.completedFuture(known)
                : storedOrJoined(name, executor)
                        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
                        .exceptionally(trouble -> afterTrouble(name, trouble, patience))
                        .thenApplyAsync(resolution -> resolution, executor);
    }

    /** A future of its own for each caller: one who cancels it, or waits no longer, does so for nobody else. */
    private CompletableFuture<PolicyResolution> storedOrJoined(DomainName name, Executor executor) {
        if (!store.isPresent()) {
            return flights.join(name, Flights.Purpose.LOOK_UP).copy();
        }
        return CompletableFuture.supplyAsync(() -> stored(name), executor)
                .thenCompose(stored -> stored.map(CompletableFuture::completedFuture)
                        .orElseGet(() -> flights.join(name, Flights.Purpose.LOOK_UP)));
    }

    /**
     * Asks the DNS for an updated policy, whatever is remembered, and fetches it if there is one and §3.3 allows it.
     * This is the check that §5 demands before a message may be bounced for a policy's sake. If the id is unchanged an
     * {@code enforce} policy is fetched once more all the same, but not within ten minutes of the last fetch: the id may
     * have been changed before the policy (§8.1), or have been forgotten. For {@link
     * ResolverSettings#recheckInterval()} the answer serves again. Waits as {@link #resolve} does.
     *
     * @param domain the policy domain
     * @return what is known now; {@link PolicyResolution#isRechecked()} says whether the check was completed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public PolicyResolution recheck(PolicyDomain domain) throws InterruptedException {
        if (!(domain instanceof PolicyDomain.Named named)) {
            return withoutPolicyDomain((PolicyDomain.None) domain);
        }
        DomainName name = named.name();
        PolicyCache.Entry entry = cache.live(name, clock.instant());
        if (entry == null) {
            stored(name); // What is kept there binds even if the re-check is refused.
        } else {
            entry.upkeep().use();
        }
        return await(name, flights.join(name, Flights.Purpose.INSIST), settings.foregroundWait());
    }

    /**
     * Finds out about many domains before there is mail for them, at a moderate pace. Waits until all are done,
     * and what was found is saved.
     *
     * @param domains the policy domains
     * @param perSecond how many discoveries to begin in a second, at most; no more than a quarter of
     *     {@link ResolverSettings#maxFlights} are under way at a time
     * @return how many were found in which state
     * @throws InterruptedException if the thread was interrupted; what is under way goes on
     * @throws IllegalArgumentException if {@code perSecond} is not positive
     */
    public PrefetchSummary prefetch(Iterable<PolicyDomain> domains, int perSecond) throws InterruptedException {
        return prefetch(domains, perSecond, Prefetch.Pause.SLEEP);
    }

    PrefetchSummary prefetch(Iterable<PolicyDomain> domains, int perSecond, Prefetch.Pause pause)
            throws InterruptedException {
        Prefetch prefetch = new Prefetch(settings.maxFlights(), perSecond, clock.ticks(), pause);
        for (PolicyDomain domain : domains) {
            if (!(domain instanceof PolicyDomain.Named named)) {
                prefetch.count(withoutPolicyDomain((PolicyDomain.None) domain));
                continue;
            }
            DomainName name = named.name();
            Optional<PolicyResolution> known =
                    Optional.ofNullable(remembered(name)).or(() -> stored(name));
            if (known.isPresent()) {
                prefetch.count(known.get());
            } else {
                prefetch.await();
                prefetch.begun(flights.landing(name, Flights.Purpose.LOOK_UP));
            }
        }
        return prefetch.join();
    }

    /**
     * The live policy in memory, without asking anybody.
     *
     * @param domain the policy domain
     * @return the policy, or empty
     */
    public Optional<CachedPolicy> peek(PolicyDomain domain) {
        return domain.asName().map(name -> cache.live(name, clock.instant())).map(PolicyCache.Entry::cached);
    }

    /**
     * Forgets all about a domain, its live policy included. An operator's command; no failure ever leads here.
     *
     * @param domain the policy domain
     */
    public void invalidate(PolicyDomain domain) {
        domain.asName().ifPresent(name -> {
            log.info("Forgetting the policy of {} on demand", name);
            others.forgetInMemory(name);
            store.remove(name);
            others.forgetInMemory(name); // Once more: what was read from the store before that goes as well.
        });
    }

    /**
     * Answers everybody who is waiting with {@link FailureCode#CLOSED}. What is in memory is still answered from. Waits for
     * policies that are just being saved, for a second at most.
     */
    @Override
    public void close() {
        others.close();
        watch.close();
        flights.close();
    }

    // ---- what is remembered ----

    /** The answer to a warm caller: no I/O; if the TXT record is due it is looked at in the background. */
    private @Nullable PolicyResolution known(DomainName domain) {
        ClockGuard.Reading now = clock.now();
        PolicyCache.Entry entry = cache.live(domain, now);
        if (entry == null) {
            return cache.negative(domain, now.wall());
        }
        entry.upkeep().use();
        if (entry.isDue(now.wall())) {
            flights.lookAgain(entry.cached().domain());
        }
        return entry.answer();
    }

    /** The same without a look at the TXT record, which would not be paced. */
    private @Nullable PolicyResolution remembered(DomainName domain) {
        Instant now = clock.instant();
        PolicyCache.Entry entry = cache.live(domain, now);
        return entry != null ? entry.answer() : cache.negative(domain, now);
    }

    /**
     * The answer out of the store, which is asked before anything that can be full, slow or closed: a policy that is kept
     * there binds whatever state discovery is in. Waits for the store.
     */
    private Optional<PolicyResolution> stored(DomainName domain) {
        Instant now = clock.instant();
        long before = cache.timesForgotten();
        Optional<CachedPolicy> stored = store.find(domain, now).filter(policy -> !cache.doubts(policy, now));
        stored.ifPresent(policy -> keep(policy, now, before));
        return stored.map(policy -> new PolicyResolution.Found(policy, Freshness.CACHED, Optional.empty()));
    }

    /** Keeps in memory what was read from the store, unless anything has been forgotten since then. */
    private void keep(CachedPolicy policy, Instant now, long before) {
        Upkeep upkeep = schedule.loaded(policy, now);
        upkeep.use();
        // Its TXT record is due at once: nobody knows how long this process was down.
        cache.put(policy, upkeep, now, () -> cache.timesForgotten() == before);
        others.reconsider(policy.domain());
    }

    /** What flights hear of what is in memory. */
    private final class Ground implements Flights.Ground {

        @Override
        public PolicyResolution refuse(DomainName domain, FailureCode code, String detail) {
            return refused(domain, code, detail);
        }

        /** The policy in memory, if it has come from the store, or from another sender, since the discovery looked. */
        @Override
        public PolicyResolution settle(DomainName domain, PolicyResolution result) {
            PolicyCache.Entry known = cache.live(domain, clock.instant());
            return known == null
                            || result.applicable()
                                    .filter(policy -> !isOlder(policy, known))
                                    .isPresent()
                    ? result
                    : known.answer();
        }

        private static boolean isOlder(CachedPolicy policy, PolicyCache.Entry known) {
            return policy.fetchedAt().isBefore(known.cached().fetchedAt());
        }

        @Override
        public void landed(DomainName domain) {
            others.reconsider(domain);
        }
    }

    // ---- for the refresher ----

    /**
     * Makes what fetches the policies of this resolver again before they expire. Nothing does unless it is started.
     *
     * @return a refresher, for whoever called to start and to close; one is enough
     */
    public PolicyRefresher newRefresher() {
        return new PolicyRefresher(this, cache, listener, clock, settings);
    }

    CompletableFuture<PolicyResolution> refresh(DomainName domain) {
        return flights.join(domain, Flights.Purpose.REFRESH);
    }

    boolean isUnderWay(DomainName domain) {
        return flights.isUnderWay(domain);
    }

    /**
     * Loads what the process before this one has kept. Which of it was in use nobody knows; it is taken for used, once.
     *
     * @param wanted whether to go on
     * @return whether that need not be tried again
     */
    boolean loadAll(BooleanSupplier wanted) {
        long before = cache.timesForgotten();
        List<DomainName> again = new ArrayList<>();
        boolean complete = store.scan(wanted, policy -> {
            Instant now = clock.instant();
            PolicyCache.Entry there = cache.live(policy.domain(), now);
            if (there != null && !policy.fetchedAt().isAfter(there.cached().fetchedAt())) {
                return; // A row that is replaced meanwhile may come by twice.
            }
            boolean hasRoom = there != null
                    || cache.entries().size() < settings.maxPolicies(); // The others are loaded when asked for.
            // What was read before an operator's command is not known any more; it is asked for once more.
            boolean asRead = cache.timesForgotten() == before;
            if (asRead && !hasRoom) {
                cache.noteKept(policy);
            } else if (asRead && !cache.doubts(policy, now)) {
                keep(policy, now, before);
            }
            if (hasRoom && cache.timesForgotten() != before) {
                again.add(policy.domain());
            }
        });
        again.stream().filter(domain -> wanted.getAsBoolean()).forEach(this::stored);
        return complete;
    }

    /** Saves what the store was not able to save. To be called about once a minute. */
    void saveBacklog() {
        others.saveBacklog();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    // ---- answers for callers who cannot be given a discovery ----

    private PolicyResolution await(DomainName domain, CompletableFuture<PolicyResolution> flight, Duration longest)
            throws InterruptedException {
        try {
            return flight.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return afterTrouble(domain, e, longest);
        }
    }

    private PolicyResolution afterTrouble(DomainName domain, Throwable trouble, Duration waited) {
        if (trouble instanceof TimeoutException || trouble.getCause() instanceof TimeoutException) {
            return refused(
                    domain, FailureCode.WAIT_EXPIRED, "still not known after " + waited.toMillis() / 1000.0 + " s");
        }
        throw new IllegalStateException("the discovery of " + domain + " ended in a defect", trouble);
    }

    private PolicyResolution refused(DomainName domain, FailureCode code, String detail) {
        Instant now = clock.instant();
        StsFailure failure = new StsFailure(code, code.name().toLowerCase(Locale.ROOT), detail, now);
        PolicyCache.Entry entry = cache.live(domain, now);
        boolean enforces = entry == null && cache.isKnownToEnforce(domain, now);
        if (enforces) {
            entry = cache.settled(domain, now);
        }
        if (entry != null) {
            return new PolicyResolution.Found(entry.cached(), Freshness.KEPT, Optional.of(failure));
        }
        PolicyDomain named = new PolicyDomain.Named(domain);
        if (enforces) {
            return new PolicyResolution.Withheld(named, Discovery.stateUnknown(domain, failure));
        }
        // To a caller who cannot wait for it any longer the DNS is as good as silent.
        boolean silent = code == FailureCode.WAIT_EXPIRED && flights.isAskingDns(domain);
        return silent && cache.isDeferred(domain, now)
                ? new PolicyResolution.Withheld(named, failure)
                : new PolicyResolution.Unusable(named, failure);
    }

    private PolicyResolution withoutPolicyDomain(PolicyDomain.None domain) {
        if (domain.why() != PolicyDomain.Why.INVALID) {
            return new PolicyResolution.Absent(domain);
        }
        StsFailure failure =
                new StsFailure(FailureCode.DOMAIN_INVALID, "domain-invalid", domain.detail(), clock.instant());
        return new PolicyResolution.Unusable(domain, failure);
    }
}
