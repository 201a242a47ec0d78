// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.dns.DnsFault;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A relay is restarted while the attacker is at work. What its store has is all that it knows then. */
public abstract class Restarts {

    static final String ALICE = "alice@bank.example";
    static final PolicyDomain BANK = PolicyDomain.ofRecipient(ALICE);

    private final StsWorld world = StsWorld.start();
    private final RecipientDomain bank =
            world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");

    /** For subclasses. */
    protected Restarts() {}

    /** The store of one test, as the next process opens it. */
    protected abstract PolicyStore opened(InstantSource clock);

    /** Checks that the store has not complained of anything. */
    protected abstract void assertNoTrouble();

    @AfterEach
    final void close() {
        world.close();
    }

    final StsWorld world() {
        return world;
    }

    final RecipientDomain bank() {
        return bank;
    }

    final Relay started() {
        return Relay.in(world, opened(world.clock()));
    }

    final CachedPolicy learn() throws InterruptedException {
        try (Relay relay = started()) {
            assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
            return relay.sts().peek(BANK).orElseThrow();
        }
    }

    @Test
    final void aRestartForgetsNothing() throws Exception {
        CachedPolicy learnt = learn();
        world.dns().fault(DnsFault.SERVFAIL);
        try (Relay relay = started()) {
            PolicyResolution resolution = relay.sts().resolve(BANK);

            assertThat(resolution.applicable()).contains(learnt);
            assertThat(((PolicyResolution.Found) resolution).freshness()).isEqualTo(Freshness.CACHED);
        }
        assertNoTrouble();
    }

    @Test
    final void aRestartDuringAnAttackHoldsTheMailBackAsBefore() throws Exception {
        learn();
        bank.httpsBlocked().mxForgedAs("mx.evil.example").idForgedAs("666");
        world.clock().advance(Duration.ofDays(6));
        try (Relay relay = started()) {
            assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DEFERRED);
        }
        assertThat(world.mailsTo(ALICE)).hasSize(1);
    }

    @Test
    final void aRestartDoesNotRenewALifetime() throws Exception {
        CachedPolicy learnt = learn();
        bank.httpsBlocked();
        world.clock().set(learnt.expiresAt());
        try (Relay relay = started()) {
            assertThat(relay.sts().resolve(BANK).mode()).isEqualTo(Mode.ENFORCE);
        }
        world.clock().advance(Duration.ofSeconds(1));
        try (Relay relay = started()) {
            assertThat(relay.sts().resolve(BANK)).isInstanceOf(PolicyResolution.Unusable.class);
        }
    }

    @Test
    final void aPolicyThatAnOperatorForgotIsForgottenAfterARestartToo() throws Exception {
        learn();
        try (Relay relay = started()) {
            relay.sts().invalidate(BANK);
        }
        world.dns().fault(DnsFault.SERVFAIL);
        try (Relay relay = started()) {
            assertThat(relay.sts().resolve(BANK)).isInstanceOf(PolicyResolution.Unusable.class);
        }
    }
}
