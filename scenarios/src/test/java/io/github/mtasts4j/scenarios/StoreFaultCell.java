// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.Backstage;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.FilePolicyStore;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.PolicyRefresher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyResolver;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.MovableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * One cell of the {@link StoreFaultMatrixTest}: a sender that knows a domain learns it while all is well, then the store
 * fails, something is done, and the store is mended. Says which invariants were broken, in words.
 */
final class StoreFaultCell {

    /** What is done while the store fails. */
    enum Operation {
        RESOLVE,
        RECHECK,
        TICK,
        RESTART
    }

    /** Where the policy is when the fault begins. */
    enum Place {
        /** In memory and in the store. */
        MEMORY,
        /** In the store only: the process has been started since. */
        STORE,
        /** In the store only: other policies have taken its room in memory. */
        DISPLACED
    }

    private static final int MANY = 1000;

    private final StoreFault fault;
    private final CacheState state;
    private final Operation operation;
    private final Place place;
    private final ScriptedNetwork.State trouble;

    private final DomainName domain;
    private final PolicyDomain asked;
    private final MovableClock clock;
    private final ScriptedNetwork network;
    private final FaultyStore store;
    private final List<HealthEvent> health = new ArrayList<>();
    private final Queue<Runnable> background = new ArrayDeque<>();
    private final Verdicts verdicts = new Verdicts();
    private boolean holding;
    private PolicyResolver sender;
    private Optional<PolicyRefresher> refresher = Optional.empty();

    StoreFaultCell(
            StoreFault fault,
            CacheState state,
            Operation operation,
            Place place,
            ScriptedNetwork.State trouble,
            FaultyStore store,
            int number) {
        this.fault = fault;
        this.state = state;
        this.operation = operation;
        this.place = place;
        this.trouble = trouble;
        this.store = store;
        this.domain = DomainName.of("s" + number + ".example");
        this.asked = PolicyDomain.of(domain);
        Instant learnt = state.stored(domain).map(CachedPolicy::fetchedAt).orElse(MovableClock.START);
        this.clock = new MovableClock(learnt);
        this.network = new ScriptedNetwork(domain, clock.time());
        store.serve(domain, clock);
        this.sender = started();
    }

    // ---- what has to come out ----

    private Optional<CachedPolicy> inMemory() {
        return place == Place.MEMORY && operation != Operation.RESTART ? state.live(domain) : Optional.empty();
    }

    /** Whether this process has learnt itself that the domain enforces. */
    private boolean isIndexed() {
        return place != Place.STORE && operation != Operation.RESTART && enforces(state.live(domain));
    }

    /** A row that says less than the process knows is an old one, and not taken. */
    private Optional<CachedPolicy> inStore() {
        return fault.taken(state.stored(domain))
                .filter(policy -> policy.isLive(MovableClock.START))
                .filter(policy -> !isIndexed() || enforces(Optional.of(policy)));
    }

    private Optional<CachedPolicy> atHand() {
        return inMemory().or(this::inStore);
    }

    private static boolean enforces(Optional<CachedPolicy> policy) {
        return policy.filter(one -> one.policy().mode() == Mode.ENFORCE).isPresent();
    }

    /** §3.3: there is a policy to fetch if the record has an id that is not that of the live one. */
    private boolean isOutdated() {
        return atHand().filter(policy -> policy.id().equals(CacheState.PUBLISHED_ID))
                .isEmpty();
    }

    /** Whether the policy is certain to be fetched; a refresher, which chooses its time, may do so in other cells too. */
    private boolean isFetched() {
        boolean looks = operation == Operation.RECHECK
                || (operation == Operation.TICK && place == Place.STORE) // Loaded into memory by the tick.
                || atHand().isEmpty()
                || inMemory().isPresent(); // Whose TXT record is due; that of a stored one only the next time.
        return trouble == ScriptedNetwork.State.UP && looks && isOutdated();
    }

    // ---- the play ----

    List<String> play() throws IOException, InterruptedException {
        try {
            learn();
            fail();
            PolicyResolution answer = operate();
            judge(answer);
            boolean fetched = network.served() > 0;
            if (fetched) {
                displace();
                verdicts.equal(
                        "I1 once more", Mode.ENFORCE, sender.resolve(asked).mode());
            }
            store.end().forEach(verdicts::broken);
            mended(fetched);
        } catch (RuntimeException | Error e) {
            verdicts.broken("I5 thrown: " + e);
        } finally {
            sender.close();
            store.clear();
        }
        return verdicts.of(
                String.join(" x ", fault.name(), state.name(), operation.name(), place.name(), trouble.name()));
    }

    private PolicyResolver started() {
        ResolverSettings settings = ResolverSettings.defaults();
        return new PolicyResolver(
                network,
                network,
                Optional.of(store),
                new Notes(),
                clock.time(),
                this::runOrHold,
                place == Place.DISPLACED ? settings.withCapacity(1, 100) : settings);
    }

    private void restart() {
        sender.close();
        sender = started();
        refresher = Optional.empty();
    }

    private void runOrHold(Runnable work) {
        if (holding) {
            background.add(work);
        } else {
            work.run();
        }
    }

    private void learn() throws InterruptedException {
        Optional<CachedPolicy> policy = state.stored(domain);
        if (policy.isPresent()) {
            network.publish(policy.get().id(), policy.get().policy().render());
            verdicts.equal("learnt", policy, sender.resolve(asked).applicable());
            PolicyResolution used = sender.resolve(asked);
            verdicts.check("learnt in memory", used.applicable().isPresent());
            displace();
        }
        clock.set(MovableClock.START);
        if (place == Place.STORE) {
            restart();
        }
        verdicts.equal("the row", policy, store.row());
    }

    private void displace() throws InterruptedException {
        for (int i = 0; place == Place.DISPLACED && sender.peek(asked).isPresent() && i < MANY; i++) {
            PolicyResolution unused = sender.resolve(PolicyDomain.ofDomain("room" + i + ".example"));
        }
    }

    private void fail() throws IOException {
        health.clear();
        network.publish(CacheState.PUBLISHED_ID, CacheState.publishedText(domain));
        network.is(trouble);
        store.begin(fault);
    }

    private PolicyResolution operate() throws InterruptedException {
        return switch (operation) {
            case RESOLVE -> inMemory().isPresent() ? resolvedWarm() : sender.resolve(asked);
            case RECHECK -> sender.recheck(asked);
            case TICK -> {
                tick();
                yield sender.resolve(asked);
            }
            case RESTART -> {
                restart();
                yield sender.resolve(asked);
            }
        };
    }

    /** The store is not asked on behalf of a message for which the policy is at hand. */
    private PolicyResolution resolvedWarm() throws InterruptedException {
        int before = store.calls();
        holding = true;
        PolicyResolution answer = sender.resolve(asked);
        holding = false;
        verdicts.equal("the store was asked for a warm domain", before, store.calls());
        background.forEach(Runnable::run);
        return answer;
    }

    private void tick() {
        if (refresher.isEmpty()) {
            refresher = Optional.of(sender.newRefresher());
        }
        Backstage.tick(refresher.get());
    }

    // ---- while it lasts ----

    private void judge(PolicyResolution answer) {
        Optional<CachedPolicy> expected = isFetched() && (operation == Operation.RECHECK || atHand().isEmpty())
                ? Optional.of(CacheState.published(domain))
                : atHand();
        boolean refreshed = operation == Operation.TICK && network.served() > 0;
        if (!refreshed || !isPublished(answer.applicable())) {
            verdicts.same("I6 applicable", expected, answer.applicable());
        }
        if (isIndexed() || enforces(atHand())) {
            verdicts.equal("I1 mode", Mode.ENFORCE, answer.mode());
        }
        if (expected.isEmpty()) {
            verdicts.equal(
                    "I2/I5 kind",
                    isIndexed() ? PolicyResolution.Withheld.class : PolicyResolution.Unusable.class,
                    answer.getClass());
        }
        if (isFetched()) {
            verdicts.equal("fetched", 1, network.served());
        }
        verdicts.check(
                "I10 fetches: " + network.fetches().size(), network.fetches().size() <= 1);
        verdicts.judge(answer, domain, trouble != ScriptedNetwork.State.NO_DNS);
        judgeNews();
    }

    private boolean isPublished(Optional<CachedPolicy> policy) {
        return Verdicts.isSame(Optional.of(CacheState.published(domain)), policy);
    }

    private void judgeNews() {
        List<String> failing = details(HealthEvent.Kind.STORE_FAILING);
        boolean touched = store.calls() > 0 && (inMemory().isEmpty() || operation == Operation.TICK);
        boolean expected = (fault.isDown() && touched) || (fault.failsSaves() && network.served() > 0);
        verdicts.check("told of once: " + failing, failing.stream().distinct().count() == failing.size());
        if (expected || !fault.failsSaves()) {
            verdicts.equal("told of: " + failing, expected, !failing.isEmpty());
        }
        int refused = details(HealthEvent.Kind.STORE_ROW_REFUSED).size();
        boolean read =
                fault == StoreFault.FUTURE_TIMESTAMP && state.stored(domain).isPresent();
        verdicts.check("refused rows: " + refused, refused <= (read ? 1 : 0));
        if (read && inMemory().isEmpty()) {
            verdicts.equal("refused rows", 1, refused);
        }
        store.told().ifPresent(told -> judgeTold(told, read));
    }

    private void judgeTold(List<FilePolicyStore.Kind> said, boolean read) {
        Optional<FilePolicyStore.Kind> told = fault.told();
        verdicts.check(
                "the disk told " + said, told.map(List::of).orElse(List.of()).containsAll(said));
        if (inMemory().isEmpty() && told.isPresent() && (fault != StoreFault.FUTURE_TIMESTAMP || read)) {
            verdicts.check("the disk told " + said, said.contains(told.get()));
        }
    }

    /** Without the domain: which action it was. */
    private List<String> details(HealthEvent.Kind kind) {
        return health.stream()
                .filter(event -> event.kind() == kind)
                .map(event -> event.detail().replaceAll(" (the|its) polic.*", ""))
                .toList();
    }

    // ---- when it is over ----

    private void mended(boolean fetched) throws InterruptedException {
        Optional<CachedPolicy> saved = fault.breaksTheRow() ? Optional.empty() : state.stored(domain);
        if (fault == StoreFault.FUTURE_TIMESTAMP) {
            saved = saved.map(StoreFault::inTheFuture);
        }
        Optional<CachedPolicy> published = Optional.of(CacheState.published(domain));
        verdicts.same("I6 the row", fetched && fault.takesSaves() ? published : saved, store.row());

        network.is(ScriptedNetwork.State.NO_DNS); // From now on nothing is learnt from outside.
        for (int minute = 0; minute < 2; minute++) {
            clock.advance(Duration.ofSeconds(61));
            tick();
        }
        PolicyResolution unused = sender.resolve(PolicyDomain.ofDomain("cold.example"));
        boolean keptByStore = fault != StoreFault.NEWER_FORMAT; // It refuses what it must not replace.
        verdicts.same("I6 the row in the end", fetched && keptByStore ? published : saved, store.row());
        judgeAfterwards(sender.resolve(asked), fetched);
        verdicts.equal(
                "the end of the trouble was told",
                details(HealthEvent.Kind.STORE_FAILING).size(),
                details(HealthEvent.Kind.STORE_RECOVERED).size());
    }

    private void judgeAfterwards(PolicyResolution answer, boolean fetched) {
        verdicts.judge(answer, domain, false);
        if (place == Place.DISPLACED && fault == StoreFault.NEWER_FORMAT && fetched) {
            verdicts.equal("I1 afterwards", Mode.ENFORCE, answer.mode()); // Neither in memory nor in the store.
            return;
        }
        Optional<CachedPolicy> row = fault.breaksTheRow() ? Optional.empty() : afterwardsInStore();
        Optional<CachedPolicy> expected =
                fetched ? Optional.of(CacheState.published(domain)) : inMemory().or(() -> row);
        boolean isStale = fault == StoreFault.STALE_REPLICA && Verdicts.isSame(inStore(), answer.applicable());
        if (fetched || !isStale) { // What was read from the replica is in memory until its TXT record is looked at.
            verdicts.same("I6 afterwards", expected, answer.applicable());
        }
        if (expected.isEmpty()) {
            verdicts.equal(
                    "I2 afterwards",
                    isIndexed() ? PolicyResolution.Withheld.class : PolicyResolution.Unusable.class,
                    answer.getClass());
        }
    }

    private Optional<CachedPolicy> afterwardsInStore() {
        return fault == StoreFault.FUTURE_TIMESTAMP ? inStore() : state.live(domain);
    }

    /** What a mail server's operator is told. */
    private final class Notes implements ResolverListener {
        @Override
        public void healthEvent(HealthEvent event) {
            health.add(event);
        }
    }
}
