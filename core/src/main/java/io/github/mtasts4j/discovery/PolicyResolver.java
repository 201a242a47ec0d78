// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.Defect;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.Policy;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.StsRecord;
import io.github.mtasts4j.policy.StsRecordParser;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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

    private static final Duration SHORTEST_RECHECK = Duration.ofMinutes(1);
    private static final Duration LONGEST_RECHECK = Duration.ofHours(1);
    private static final Duration LONGEST_NEGATIVE = Duration.ofMinutes(15);
    private static final Duration DNS_RETRY = Duration.ofSeconds(60);

    private final TxtLookup txt;
    private final PolicyFetcher fetcher;
    private final Optional<PolicyStore> store;
    private final ResolverListener listener;
    private final InstantSource clock;
    private final ResolverSettings settings;
    private final StsRecordParser recordParser;
    private final FetchRules fetchRules;
    private final PolicyCache cache;
    private final Flights flights;

    /**
     * Makes a resolver.
     *
     * @param txt asks the DNS
     * @param fetcher asks Policy Hosts
     * @param store keeps policies beyond this process
     * @param listener is told what happens
     * @param clock the time
     * @param executor runs discoveries, which wait for the network; closed by whoever made it
     * @param settings bounds and times
     */
    public PolicyResolver(
            TxtLookup txt,
            PolicyFetcher fetcher,
            Optional<PolicyStore> store,
            ResolverListener listener,
            InstantSource clock,
            Executor executor,
            ResolverSettings settings) {
        this.txt = txt;
        this.fetcher = fetcher;
        this.store = store;
        this.listener = listener;
        this.clock = clock;
        this.settings = settings;
        this.recordParser = new StsRecordParser(settings.grammar());
        this.fetchRules = new FetchRules(new PolicyParser(settings.grammar()));
        this.cache = new PolicyCache(settings, clock);
        this.flights = new Flights(settings, executor, this::discover, this::refused);
    }

    /**
     * Says which policy applies to a domain. Returns at once for a domain that is known; for another it waits for the
     * DNS and the Policy Host, at most {@link ResolverSettings#foregroundWait()}. Whatever goes wrong out there is part
     * of the answer.
     *
     * @param domain the policy domain
     * @return what is known; never a policy that has expired
     * @throws InterruptedException if the thread was interrupted while it waited; the discovery goes on
     */
    public PolicyResolution resolve(PolicyDomain domain) throws InterruptedException {
        if (!(domain instanceof PolicyDomain.Named named)) {
            return withoutPolicyDomain((PolicyDomain.None) domain);
        }
        PolicyResolution known = known(named.name());
        return known != null ? known : await(named.name(), flights.join(named.name(), Flights.Purpose.LOOK_UP));
    }

    /**
     * The same without waiting.
     *
     * @param domain the policy domain
     * @param executor runs what depends on the answer
     * @return the answer, complete already for a domain that is known, and completed in any case within
     *     {@link ResolverSettings#foregroundWait()}; exceptionally only for a defect in this library
     */
    public CompletableFuture<PolicyResolution> resolveAsync(PolicyDomain domain, Executor executor) {
        if (!(domain instanceof PolicyDomain.Named named)) {
            return CompletableFuture.completedFuture(withoutPolicyDomain((PolicyDomain.None) domain));
        }
        PolicyResolution known = known(named.name());
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        return flights.join(named.name(), Flights.Purpose.LOOK_UP)
                .copy() // A caller who cancels his future cancels nobody else's.
                .orTimeout(settings.foregroundWait().toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(trouble -> afterTrouble(named.name(), trouble))
                .thenApplyAsync(resolution -> resolution, executor);
    }

    /**
     * Asks the DNS for an updated policy, whatever is remembered, and fetches it if there is one and §3.3 allows it.
     * This is the check that §5 demands before a message may be bounced for a policy's sake. Waits as {@link #resolve}
     * does.
     *
     * @param domain the policy domain
     * @return what is known now; {@link PolicyResolution#isRechecked()} says whether the check was completed
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public PolicyResolution recheck(PolicyDomain domain) throws InterruptedException {
        if (!(domain instanceof PolicyDomain.Named named)) {
            return withoutPolicyDomain((PolicyDomain.None) domain);
        }
        return await(named.name(), flights.join(named.name(), Flights.Purpose.RECHECK));
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
            cache.forget(name);
            fromStore("remove", name, () -> {
                store.ifPresent(s -> s.remove(name));
                return Optional.empty();
            });
        });
    }

    /** Answers everybody who is waiting with {@link FailureCode#CLOSED}. What is in memory is still answered from. */
    @Override
    public void close() {
        flights.close();
    }

    // ---- the flow of one domain, as §5.1 and §3.3 have it ----

    private PolicyResolution discover(DomainName domain, Flights.Purpose purpose) throws InterruptedException {
        Instant now = clock.instant();
        PolicyCache.Entry entry = cache.live(domain, now);
        Optional<CachedPolicy> held = Optional.ofNullable(entry).map(PolicyCache.Entry::cached);
        if (purpose == Flights.Purpose.LOOK_UP) {
            PolicyResolution known = entry != null ? entry.answer() : cache.negative(domain, now);
            if (known != null) {
                return known; // The flight before this one has just found it out.
            }
        }
        if (held.isEmpty()) {
            held = fromStore(domain, now);
            if (held.isPresent() && purpose == Flights.Purpose.LOOK_UP) {
                return new PolicyResolution.Found(held.get(), Freshness.CACHED, Optional.empty());
            }
        }
        TxtLookup.Answer answer = ask(domain);
        if (answer instanceof TxtLookup.Unavailable unavailable) {
            StsFailure failure =
                    new StsFailure(FailureCode.DNS_TRANSIENT, unavailable.reason(), unavailable.detail(), now);
            return failed(domain, held, failure, now.plus(jittered(DNS_RETRY)));
        }
        if (answer instanceof TxtLookup.None none) {
            return gone(domain, held, "there is no TXT record at _mta-sts." + domain, now, negative(none.ttl()));
        }
        TxtLookup.Records records = (TxtLookup.Records) answer;
        Parsed<StsRecord> record = recordParser.select(records.values());
        if (record instanceof Parsed.Malformed<StsRecord> malformed) {
            return malformed.defect() == Defect.NO_RECORD
                    ? gone(domain, held, malformed.detail(), now, negative(records.ttl()))
                    : failed(domain, held, failure(malformed, now), now.plus(negative(records.ttl())));
        }
        String id = record.orElseThrow().id();
        Instant nextLook = now.plus(clamp(records.ttl(), SHORTEST_RECHECK, LONGEST_RECHECK));
        if (held.filter(policy -> policy.id().equals(id)).isPresent()) {
            return confirmed(held.get(), nextLook); // §3.1: the id says whether there is anything to fetch.
        }
        FetchHistory history = cache.history(domain);
        if (history != null && now.isBefore(history.nextFetch(id))) {
            return backingOff(domain, held, history.reasonToWait(id, now), earlier(nextLook, history.nextFetch(id)));
        }
        return fetch(domain, id, held, now, nextLook);
    }

    private PolicyResolution fetch(
            DomainName domain, String id, Optional<CachedPolicy> held, Instant now, Instant nextLook)
            throws InterruptedException {
        FetchRules.Verdict verdict = get(domain, now);
        if (verdict instanceof FetchRules.Usable usable) {
            cache.putHistory(domain, FetchHistory.success(now));
            return fetched(new CachedPolicy(domain, id, usable.policy(), now), held, nextLook);
        }
        StsFailure failure = ((FetchRules.Failed) verdict).failure();
        FetchHistory history = FetchHistory.failed(id, failure, cache.history(domain));
        cache.putHistory(domain, history); // §3.3: no retry of this id for five minutes, at least.
        return failed(domain, held, failure, earlier(nextLook, history.nextFetch(id)));
    }

    private PolicyResolution fetched(CachedPolicy policy, Optional<CachedPolicy> before, Instant nextLook) {
        cache.put(policy, nextLook);
        fromStore("save", policy.domain(), () -> {
            store.ifPresent(s -> s.save(policy));
            return Optional.empty();
        });
        logChange(policy, before);
        tell(() -> listener.policyFetched(policy, before));
        return new PolicyResolution.Found(policy, Freshness.FETCHED, Optional.empty());
    }

    private PolicyResolution confirmed(CachedPolicy held, Instant nextLook) {
        // Decision D23: the lifetime is not renewed. TXT is not authenticated; a replayed id must not freeze a policy.
        cache.noteRecheck(held, Optional.empty(), nextLook);
        return new PolicyResolution.Found(held, Freshness.CONFIRMED, Optional.empty());
    }

    private PolicyResolution gone(
            DomainName domain, Optional<CachedPolicy> held, String detail, Instant now, Duration ttl) {
        if (held.isPresent()) { // §3.1, note: its absence alone does not remove a policy.
            StsFailure failure = new StsFailure(FailureCode.TXT_GONE, "no-txt", detail, now);
            return failed(domain, held, failure, now.plus(ttl));
        }
        PolicyResolution absent = new PolicyResolution.Absent(new PolicyDomain.Named(domain));
        cache.putNegative(domain, absent, now.plus(ttl));
        return absent;
    }

    /** §3.3: with a live policy it applies, without one the mail goes as if there were none. */
    private PolicyResolution failed(
            DomainName domain, Optional<CachedPolicy> held, StsFailure failure, Instant nextLook) {
        tell(() -> listener.discoveryFailed(domain, failure, held));
        if (held.isEmpty()) {
            log.debug("No policy for {}: {}", domain, failure);
            PolicyResolution unusable = new PolicyResolution.Unusable(new PolicyDomain.Named(domain), failure);
            cache.putNegative(domain, unusable, nextLook);
            return unusable;
        }
        logKept(held.get(), failure);
        cache.noteRecheck(held.get(), Optional.of(failure), nextLook);
        return new PolicyResolution.Found(held.get(), Freshness.KEPT, Optional.of(failure));
    }

    /** Nothing is attempted, so nothing is told. The answer is what went wrong the last time. */
    private PolicyResolution backingOff(
            DomainName domain, Optional<CachedPolicy> held, StsFailure failure, Instant nextLook) {
        if (held.isPresent()) {
            cache.noteRecheck(held.get(), Optional.of(failure), nextLook);
            return new PolicyResolution.Found(held.get(), Freshness.KEPT, Optional.of(failure));
        }
        PolicyResolution unusable = new PolicyResolution.Unusable(new PolicyDomain.Named(domain), failure);
        cache.putNegative(domain, unusable, nextLook);
        return unusable;
    }

    // ---- what is remembered ----

    /** The answer to a warm caller: no I/O; if the TXT record is due it is looked at in the background. */
    private @Nullable PolicyResolution known(DomainName domain) {
        Instant now = clock.instant();
        PolicyCache.Entry entry = cache.live(domain, now);
        if (entry == null) {
            return cache.negative(domain, now);
        }
        if (!now.isBefore(entry.recheckAt()) && !flights.isUnderWay(domain)) {
            CompletableFuture<PolicyResolution> unused = flights.join(domain, Flights.Purpose.RECHECK);
        }
        return entry.answer();
    }

    private Optional<CachedPolicy> fromStore(DomainName domain, Instant now) {
        Optional<CachedPolicy> stored = fromStore(
                "find", domain, () -> store.flatMap(s -> s.find(domain)).filter(policy -> policy.isLive(now)));
        stored.ifPresent(policy -> cache.put(policy, now));
        return stored;
    }

    private static <T> Optional<T> fromStore(String what, DomainName domain, Supplier<Optional<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            log.error("The policy store failed to {} the policy of {}; going on without it", what, domain, e);
            return Optional.empty();
        }
    }

    // ---- the world outside, whose implementations are not ours ----

    private TxtLookup.Answer ask(DomainName domain) throws InterruptedException {
        try {
            return txt.lookup(domain.child("_mta-sts").orElseThrow());
        } catch (RuntimeException e) {
            log.error("{} threw for {}; taken for a DNS failure", txt.getClass().getName(), domain, e);
            return new TxtLookup.Unavailable(
                    "internal", "the look-up threw " + e.getClass().getName());
        }
    }

    private FetchRules.Verdict get(DomainName domain, Instant now) throws InterruptedException {
        PolicyFetcher.Request request = new PolicyFetcher.Request(
                domain,
                domain.child("mta-sts").orElseThrow(),
                settings.fetchTimeout(),
                PolicyParser.MAX_BODY_OCTETS,
                now);
        try {
            return fetchRules.judge(fetcher.fetch(request), request);
        } catch (RuntimeException e) {
            log.error(
                    "{} threw for {}; taken for a failed fetch",
                    fetcher.getClass().getName(),
                    domain,
                    e);
            return new FetchRules.Failed(new StsFailure(
                    FailureCode.INTERNAL,
                    "internal",
                    "the fetcher threw " + e.getClass().getName(),
                    now));
        }
    }

    private void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            log.error("{} threw; ignored", listener.getClass().getName(), e);
        }
    }

    // ---- answers for callers who cannot be given a discovery ----

    private PolicyResolution await(DomainName domain, CompletableFuture<PolicyResolution> flight)
            throws InterruptedException {
        try {
            return flight.get(settings.foregroundWait().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return afterTrouble(domain, e);
        }
    }

    private PolicyResolution afterTrouble(DomainName domain, Throwable trouble) {
        if (trouble instanceof TimeoutException || trouble.getCause() instanceof TimeoutException) {
            return refused(
                    domain,
                    FailureCode.WAIT_EXPIRED,
                    "still not known after " + settings.foregroundWait().toSeconds() + " s");
        }
        throw new IllegalStateException("the discovery of " + domain + " ended in a defect", trouble);
    }

    private PolicyResolution refused(DomainName domain, FailureCode code, String detail) {
        Instant now = clock.instant();
        StsFailure failure = new StsFailure(code, code.name().toLowerCase(Locale.ROOT), detail, now);
        PolicyCache.Entry entry = cache.live(domain, now);
        return entry != null
                ? new PolicyResolution.Found(entry.cached(), Freshness.KEPT, Optional.of(failure))
                : new PolicyResolution.Unusable(new PolicyDomain.Named(domain), failure);
    }

    private PolicyResolution withoutPolicyDomain(PolicyDomain.None domain) {
        if (domain.why() != PolicyDomain.Why.INVALID) {
            return new PolicyResolution.Absent(domain);
        }
        StsFailure failure =
                new StsFailure(FailureCode.DOMAIN_INVALID, "domain-invalid", domain.detail(), clock.instant());
        return new PolicyResolution.Unusable(domain, failure);
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
        if (news) {
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
