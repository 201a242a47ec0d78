// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.Backstage;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.PolicyRefresher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyResolver;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.MemoryPolicyStore;
import io.github.mtasts4j.testkit.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One cell of the {@link ClockFaultMatrixTest}: a sender that knows a domain has its clock set, lives on for a while, and
 * is let go in the end. Says which invariants were broken, in words.
 */
final class ClockFaultCell {

    /** When the domain is asked for again, and whether the clock is right by then. */
    enum Operation {
        AT_ONCE,
        AFTER_AN_HOUR,
        TAKEN_BACK,
        TAKEN_BACK_LATE
    }

    /** Where the policy is when the clock has been set. */
    enum Place {
        /** In memory, and nowhere else. */
        MEMORY,
        /** In a store: the process is started afterwards. */
        STORE
    }

    private static final int IN_DOUBT = 60;
    private static final int LONGEST_BACK_OFF = 60;
    private static final int SOON = 30;
    private static final int MOST_FETCHES = 10; // A few that succeed, and back-offs that double up to an hour.
    private static final Duration LIFETIME = Duration.ofDays(7);

    private final ClockFault fault;
    private final CacheState state;
    private final Operation operation;
    private final Place place;
    private final ScriptedNetwork.State trouble;

    private final DomainName domain = DomainName.of("clock.example");
    private final PolicyDomain asked = PolicyDomain.of(domain);
    private final MovableClock clock;
    private final ScriptedNetwork network;
    private final Optional<PolicyStore> store;
    private final List<HealthEvent.Kind> told = new ArrayList<>();
    private final Verdicts verdicts = new Verdicts();
    private PolicyResolver sender;
    private PolicyRefresher refresher;
    private Instant steady = MovableClock.START;

    ClockFaultCell(
            ClockFault fault, CacheState state, Operation operation, Place place, ScriptedNetwork.State trouble) {
        this.fault = fault;
        this.state = state;
        this.operation = operation;
        this.place = place;
        this.trouble = trouble;
        this.clock = new MovableClock(
                state.stored(domain).map(CachedPolicy::fetchedAt).orElse(MovableClock.START));
        this.network = new ScriptedNetwork(domain, clock.time());
        this.store = place == Place.STORE ? Optional.of(new MemoryPolicyStore()) : Optional.empty();
        this.sender = started();
        this.refresher = sender.newRefresher();
    }

    List<String> play() throws InterruptedException {
        try {
            learn();
            fault.befall(clock, this::lookAtTheClock);
            if (place == Place.STORE) {
                sender.close();
                sender = started();
                refresher = sender.newRefresher();
            }
            operate();
            verdicts.equal("told", expectedNews(), clockNews());
            judgeRequests();
            nothingIsStuck();
            nothingIsImmortal();
        } catch (RuntimeException | Error e) {
            verdicts.broken("I5 thrown: " + e);
        } finally {
            sender.close();
        }
        return verdicts.of(
                String.join(" x ", fault.name(), state.name(), operation.name(), place.name(), trouble.name()));
    }

    private PolicyResolver started() {
        return new PolicyResolver(
                network, network, store, new Notes(), clock.time(), Runnable::run, ResolverSettings.defaults());
    }

    private void learn() throws InterruptedException {
        Optional<CachedPolicy> policy = state.stored(domain);
        if (policy.isPresent()) {
            network.publish(policy.get().id(), policy.get().policy().render());
            verdicts.equal("learnt", policy, sender.resolve(asked).applicable());
            verdicts.equal("used", policy, sender.resolve(asked).applicable());
        }
        clock.set(MovableClock.START);
        lookAtTheClock();
        network.publish(CacheState.PUBLISHED_ID, CacheState.publishedText(domain));
        network.is(trouble);
    }

    /** A process that is asked for nothing for days cannot tell a step from a slow clock. */
    private void lookAtTheClock() {
        Optional<CachedPolicy> unused = sender.peek(asked);
    }

    // ---- the play ----

    private void operate() throws InterruptedException {
        look(true);
        switch (operation) {
            case AT_ONCE -> judge(sender.recheck(asked), true);
            case AFTER_AN_HOUR -> {
                live(IN_DOUBT, true);
                network.falls(); // What is lost now cannot be fetched again at once.
                live(2, false);
            }
            case TAKEN_BACK -> {
                live(SOON, true);
                putRight();
            }
            case TAKEN_BACK_LATE -> {
                live(IN_DOUBT + 2, false);
                putRight();
            }
        }
    }

    private void putRight() throws InterruptedException {
        network.falls();
        fault.end(clock, this::lookAtTheClock);
        if (place == Place.MEMORY) {
            look(true);
        }
        live(2, true); // What was not there has been looked for once more.
        live(SOON, true);
    }

    /** Lets minutes pass, each with a message and a tick of the refresher. */
    private void live(int minutes, boolean inDoubt) throws InterruptedException {
        for (int minute = 0; minute < minutes; minute++) {
            clock.advance(Duration.ofMinutes(1));
            steady = steady.plus(Duration.ofMinutes(1));
            Backstage.tick(refresher);
            if (place == Place.MEMORY || minute > 1) {
                look(inDoubt);
            }
        }
    }

    private void look(boolean inDoubt) throws InterruptedException {
        judge(sender.resolve(asked), inDoubt);
    }

    // ---- what has to come out ----

    private void judge(PolicyResolution answer, boolean inDoubt) {
        verdicts.judge(answer, domain, trouble != ScriptedNetwork.State.NO_DNS);
        Optional<CachedPolicy> published = Optional.of(CacheState.published(domain));
        if (network.served() > 0) {
            verdicts.check(
                    "lost after a fetch at " + clock.instant() + ": " + answer,
                    Verdicts.isSame(published, answer.applicable()) || Verdicts.isSame(known(), answer.applicable()));
        } else if (isCertain(inDoubt)) {
            verdicts.same("lost at " + clock.instant(), known(), answer.applicable());
        } else {
            verdicts.check(
                    "held back without a policy: " + answer,
                    answer.applicable().isPresent() || answer.mode() != Mode.ENFORCE);
        }
    }

    private Optional<CachedPolicy> known() {
        return state.stored(domain);
    }

    /** Whether what was learnt before has to be in force: in doubt if it is live by either reckoning, later by the clock. */
    private boolean isCertain(boolean inDoubt) {
        boolean byClock =
                known().filter(policy -> policy.isLive(clock.instant())).isPresent();
        boolean byTime = known().filter(policy -> policy.isLive(steady)).isPresent();
        return place == Place.STORE ? byClock && byTime : byTime && (inDoubt || byClock);
    }

    private List<HealthEvent.Kind> expectedNews() {
        List<HealthEvent.Kind> news = new ArrayList<>();
        boolean noticed = place == Place.MEMORY && fault.isStep();
        if (noticed) {
            news.add(HealthEvent.Kind.CLOCK_SUSPECT);
            if (operation != Operation.AT_ONCE) {
                news.add(HealthEvent.Kind.CLOCK_TRUSTED);
            }
        }
        boolean again = operation == Operation.TAKEN_BACK_LATE
                || (operation == Operation.TAKEN_BACK && place == Place.STORE); // Its clock was right in its eyes.
        if (again && fault.isStep()) {
            news.add(HealthEvent.Kind.CLOCK_SUSPECT);
        }
        return news;
    }

    private List<HealthEvent.Kind> clockNews() {
        return told.stream()
                .filter(kind -> kind == HealthEvent.Kind.CLOCK_SUSPECT || kind == HealthEvent.Kind.CLOCK_TRUSTED)
                .toList();
    }

    /** I10: one fetch a minute at most, back-offs, and certificates by what the clock says. */
    private void judgeRequests() {
        List<ScriptedNetwork.Fetch> fetches = network.fetches();
        for (int i = 1; i < fetches.size(); i++) {
            long gap = fetches.get(i).nanos() - fetches.get(i - 1).nanos();
            verdicts.check(
                    "I10 " + gap + " ns between fetches",
                    gap >= Duration.ofMinutes(1).toNanos());
        }
        verdicts.check("I10 fetches: " + fetches.size(), fetches.size() <= MOST_FETCHES);
        verdicts.check("I10 look-ups: " + network.lookups(), network.lookups() <= 2 * (IN_DOUBT + SOON + 4));
        for (ScriptedNetwork.Fetch fetch : fetches) {
            verdicts.equal(
                    "certificates are judged at", fetch.wall(), fetch.request().at());
        }
    }

    /** Every re-check, refresh and back-off comes to its end in time, wherever the clock was when it was begun. */
    private void nothingIsStuck() throws InterruptedException {
        if (trouble != ScriptedNetwork.State.UP && store.isPresent() && network.served() == 0) {
            verdicts.equal("I6 the row", known(), store.get().find(domain));
        }
        network.publish("3", CacheState.publishedText(domain));
        network.is(ScriptedNetwork.State.UP);
        int minutes = 0;
        while (sender.resolve(asked)
                        .applicable()
                        .filter(policy -> policy.id().equals("3"))
                        .isEmpty()
                && minutes <= LONGEST_BACK_OFF + 2) {
            clock.advance(Duration.ofMinutes(1));
            Backstage.tick(refresher);
            minutes++;
        }
        verdicts.check("stuck for " + minutes + " min", minutes <= LONGEST_BACK_OFF + 2);
    }

    /** A fiftieth more than it may live is for wall clocks that are slow; a store may have it counted once more. */
    private void nothingIsImmortal() throws InterruptedException {
        network.is(ScriptedNetwork.State.NO_DNS);
        long days =
                LIFETIME.plusDays(1).multipliedBy(place == Place.STORE ? 2 : 1).toDays();
        for (int day = 0; day < days; day++) {
            clock.advance(Duration.ofDays(1));
            Backstage.tick(refresher);
            PolicyResolution answer = sender.resolve(asked);
            verdicts.judge(answer, domain, false);
        }
        clock.advance(Duration.ofMinutes(2)); // What was said last is not remembered any more.
        verdicts.equal(
                "in the end",
                PolicyResolution.Unusable.class,
                sender.resolve(asked).getClass());
    }

    private final class Notes implements ResolverListener {
        @Override
        public void healthEvent(HealthEvent event) {
            told.add(event.kind());
        }
    }
}
