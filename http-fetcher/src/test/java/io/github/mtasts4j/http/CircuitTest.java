// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When an address is skipped, and for how long. */
final class CircuitTest {

    private static final InetAddress ADDRESS = Fetching.address("192.0.2.1");

    /** The number that System.nanoTime() begins with means nothing, and it may run over. */
    private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30);

    private final Circuit circuit = new Circuit(ADDRESS);
    private long now = START;

    private static Visitor visitor(int host) {
        return new Visitor(DomainName.of("mta-sts.d" + host + ".example"), MovableClock.START.plusSeconds(host));
    }

    private void advance(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private boolean admits() {
        return circuit.admits(visitor(99), now);
    }

    /** Whether an outage has begun with it. */
    private boolean fails(int host) {
        return circuit.failed(visitor(host), now).isPresent();
    }

    private void open() {
        for (int host = 1; host <= 4; host++) {
            assertThat(fails(host)).isFalse();
        }
        assertThat(fails(5)).isTrue();
    }

    private void trialFails() {
        Visitor trial = visitor(7);
        assertThat(circuit.admits(trial, now)).isTrue();
        assertThat(circuit.failed(trial, now)).isEmpty();
        circuit.left(trial);
    }

    @Test
    void fiveFailuresInARowOpenItForAMinute() {
        open();
        assertThat(admits()).isFalse();
        advance(59);
        assertThat(admits()).isFalse();
        advance(1);
        assertThat(admits()).isTrue();
    }

    @Test
    void theOutageSaysWhereSinceWhenAndHowOften() {
        for (int host = 1; host <= 4; host++) {
            fails(host);
        }
        assertThat(circuit.failed(visitor(5), now))
                .contains(new PolicyHostOutage(ADDRESS, MovableClock.START.plusSeconds(1), 5));
    }

    @Test
    void whyNobodyIsLetThroughIsToldInOneLine() {
        open();
        advance(20);
        assertThat(circuit.explain(now))
                .isEqualTo("no connection to 192.0.2.1 since 2026-01-01T00:00:01Z, 5 have failed,"
                        + " the next trial is in 40 s");
        advance(40);
        assertThat(admits()).isTrue();
        assertThat(circuit.explain(now)).endsWith("a trial is under way");
    }

    @Test
    void oneHostAloneDoesNotOpenIt() {
        for (int i = 0; i < 100; i++) {
            assertThat(fails(1)).isFalse();
        }
        assertThat(fails(2)).isTrue();
    }

    @Test
    void aConnectionInBetweenStartsTheCountAnew() {
        for (int host = 1; host <= 4; host++) {
            fails(host);
        }
        assertThat(circuit.connected()).isEmpty();
        assertThat(circuit.isSpotless()).isTrue();
        open();
    }

    @Test
    void oneTrialAtATimeIsLetThrough() {
        open();
        advance(60);
        Visitor trial = visitor(6);
        assertThat(circuit.admits(trial, now)).isTrue();
        advance(3600);
        assertThat(admits()).isFalse();
    }

    @Test
    void thePauseDoublesUpToTenMinutesWhileTrialsFail() {
        open();
        for (long pause : List.of(60, 120, 240, 480, 600, 600, 600)) {
            advance(pause - 1);
            assertThat(admits()).isFalse();
            advance(1);
            trialFails();
        }
    }

    @Test
    void aTrialThatShowsNothingMakesWayForTheNext() {
        open();
        advance(60);
        Visitor trial = visitor(6);
        circuit.admits(trial, now);
        circuit.left(trial);
        assertThat(admits()).isTrue();
    }

    @Test
    void whatWasUnderWayWhenItOpenedDoesNotLengthenIt() {
        open();
        advance(1);
        assertThat(fails(6)).isFalse();
        circuit.left(visitor(6));
        advance(59);
        Visitor trial = visitor(7);
        assertThat(circuit.admits(trial, now)).isTrue();
        assertThat(fails(8)).isFalse();
        assertThat(circuit.isTrial(trial)).isTrue();
    }

    @Test
    void aConnectionClosesItAndTheNextOutageBeginsWithAMinute() {
        open();
        advance(60);
        trialFails();
        advance(120);
        admits();
        assertThat(circuit.connected()).contains(new PolicyHostOutage(ADDRESS, MovableClock.START.plusSeconds(1), 6));
        assertThat(circuit.isOpen()).isFalse();
        assertThat(admits()).isTrue();
        assertThat(circuit.connected()).isEmpty();
        open();
        advance(60);
        assertThat(admits()).isTrue();
    }
}
