// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The world around a resolver, as the test scripts it: what the DNS and the Policy Hosts answer to everybody, the time,
 * a store in memory, and notes of all that was asked. Discoveries run in the caller's thread until they are held back.
 */
final class World {

    static final DomainName NAME = DomainName.of("example.com");
    static final PolicyDomain DOMAIN = PolicyDomain.of(NAME);
    static final Duration TTL = Duration.ofMinutes(5);
    static final long WEEK = 604_800;

    /** Something that happens in the middle of a look-up or a fetch. */
    interface Event {
        void happen() throws InterruptedException;
    }

    final MovableClock clock = new MovableClock();
    final List<DomainName> asked = new CopyOnWriteArrayList<>();
    final List<PolicyFetcher.Request> fetched = new CopyOnWriteArrayList<>();
    final List<String> news = new CopyOnWriteArrayList<>();
    final List<PolicyEvent> events = new CopyOnWriteArrayList<>();
    final List<HealthEvent> health = new CopyOnWriteArrayList<>();
    final MemoryStore memory = new MemoryStore();

    volatile TxtLookup.Answer txt = record("1");
    volatile PolicyFetcher.Result https = policy("enforce", WEEK, "mx.example.com");
    volatile Event duringLookup = () -> {};
    volatile Event duringFetch = () -> {};

    TimeSource time = clock.time();
    /** Each re-check asks the DNS: the script may have changed in the same moment. */
    ResolverSettings settings = ResolverSettings.defaults().withRecheckInterval(Duration.ZERO);

    Optional<PolicyStore> store = Optional.empty();
    Executor executor = this::runOrHoldBack;
    ResolverListener listener = new Listener();
    TxtLookup lookups = this::lookup;
    PolicyFetcher fetches = this::fetch;

    private final Queue<Runnable> heldBack = new ArrayDeque<>();
    private boolean holding;
    private boolean refusing;
    private @Nullable PolicyResolver resolver;
    private @Nullable PolicyRefresher refresher;

    /** The resolver of this world, made when it is first asked for. */
    PolicyResolver resolver() {
        PolicyResolver made = resolver;
        if (made == null) {
            made = newResolver();
            resolver = made;
        }
        return made;
    }

    /** Another resolver in the same world, such as after a restart. */
    PolicyResolver newResolver() {
        return new PolicyResolver(lookups, fetches, store, listener, time, executor, settings);
    }

    /** The refresher of this world, which the test makes tick. */
    PolicyRefresher refresher() {
        PolicyRefresher made = refresher;
        if (made == null) {
            made = resolver().newRefresher();
            refresher = made;
        }
        return made;
    }

    /** Lets time pass, with a tick of the refresher after each step. */
    void pass(Duration time, Duration step) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            clock.advance(step);
            refresher().tick();
        }
    }

    List<PolicyEvent.Kind> kinds() {
        return events.stream().map(PolicyEvent::kind).toList();
    }

    List<HealthEvent.Kind> ailments() {
        return health.stream().map(HealthEvent::kind).toList();
    }

    PolicyResolution resolve() throws InterruptedException {
        return resolver().resolve(DOMAIN);
    }

    PolicyResolution recheck() throws InterruptedException {
        return resolver().recheck(DOMAIN);
    }

    /** From now on discoveries wait for {@link #runHeldBack}. */
    void holdBack() {
        holding = true;
    }

    int runHeldBack() {
        holding = false;
        int count = 0;
        for (Runnable next = heldBack.poll(); next != null; next = heldBack.poll()) {
            next.run();
            count++;
        }
        return count;
    }

    /** From now on there is no thread for anything. */
    void refuse() {
        refusing = true;
    }

    private void runOrHoldBack(Runnable discovery) {
        if (refusing) {
            throw new RejectedExecutionException("no thread");
        }
        if (holding) {
            heldBack.add(discovery);
        } else {
            discovery.run();
        }
    }

    private TxtLookup.Answer lookup(DomainName name) throws InterruptedException {
        asked.add(name);
        TxtLookup.Answer answer = txt;
        duringLookup.happen();
        return answer;
    }

    private PolicyFetcher.Result fetch(PolicyFetcher.Request request) throws InterruptedException {
        fetched.add(request);
        PolicyFetcher.Result result = https;
        duringFetch.happen();
        return result;
    }

    static TxtLookup.Records record(String id) {
        return txt("v=STSv1; id=" + id + ";");
    }

    static TxtLookup.Records txt(String... values) {
        List<byte[]> octets = new ArrayList<>();
        for (String value : values) {
            octets.add(value.getBytes(StandardCharsets.ISO_8859_1));
        }
        return new TxtLookup.Records(octets, TTL);
    }

    static TxtLookup.Unavailable servfail() {
        return new TxtLookup.Unavailable("dns-servfail", "SERVFAIL");
    }

    static PolicyFetcher.Response policy(String mode, long maxAge, String... mx) {
        StringBuilder body = new StringBuilder("version: STSv1\nmode: " + mode + "\nmax_age: " + maxAge + "\n");
        for (String one : mx) {
            body.append("mx: ").append(one).append('\n');
        }
        return response(200, body.toString());
    }

    static PolicyFetcher.Response response(int status, String body) {
        return new PolicyFetcher.Response(
                status, List.of("text/plain"), List.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    static PolicyResolution.Found found(PolicyResolution resolution) {
        return (PolicyResolution.Found) resolution;
    }

    static StsFailure failure(PolicyResolution resolution) {
        return resolution.failure().orElseThrow();
    }

    /** Notes one line for each thing that it is told. */
    private final class Listener implements ResolverListener {
        @Override
        public void policyFetched(CachedPolicy policy, Optional<CachedPolicy> before) {
            news.add("fetched " + policy.id() + " before "
                    + before.map(CachedPolicy::id).orElse("-"));
        }

        @Override
        public void policyEvent(PolicyEvent event) {
            events.add(event);
        }

        @Override
        public void healthEvent(HealthEvent event) {
            health.add(event);
        }

        @Override
        public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
            news.add(failure.code() + " kept " + kept.map(CachedPolicy::id).orElse("-"));
        }
    }

    /** A store of the kind that every sender would like to have. */
    static class MemoryStore implements PolicyStore {

        final Map<DomainName, CachedPolicy> rows = new ConcurrentHashMap<>();
        volatile Runnable duringFind = () -> {};
        volatile Runnable duringSave = () -> {};
        volatile Runnable afterSave = () -> {};
        volatile @Nullable DomainName refused;

        @Override
        public Optional<CachedPolicy> find(DomainName domain) {
            Optional<CachedPolicy> row = Optional.ofNullable(rows.get(domain));
            duringFind.run();
            return row;
        }

        @Override
        public boolean save(CachedPolicy policy) {
            duringSave.run();
            if (policy.domain().equals(refused)) {
                throw new IllegalStateException("no room for this one");
            }
            CachedPolicy there = rows.merge(
                    policy.domain(), policy, (old, ours) -> ours.fetchedAt().isAfter(old.fetchedAt()) ? ours : old);
            afterSave.run();
            return there.equals(policy);
        }

        @Override
        public void remove(DomainName domain) {
            rows.remove(domain);
        }

        @Override
        public void scan(Consumer<? super CachedPolicy> each) {
            rows.values().forEach(each);
        }
    }

    static Instant at(long seconds) {
        return MovableClock.START.plusSeconds(seconds);
    }
}
