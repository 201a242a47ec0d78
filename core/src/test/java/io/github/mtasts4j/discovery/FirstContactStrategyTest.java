// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import static io.github.mtasts4j.discovery.HealthEvent.Kind.DEFERRAL_SPENT;
import static io.github.mtasts4j.discovery.World.DOMAIN;
import static io.github.mtasts4j.discovery.World.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What a sender does about the first message to a domain (§10.2). */
final class FirstContactStrategyTest {

    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    private final World world = new World();

    private void strategy(FirstContact strategy) {
        world.settings = world.settings.withFirstContact(strategy);
    }

    @Test
    void inTheBackgroundTheFirstMessageGoesAndTheNextIsProtected() throws InterruptedException {
        strategy(FirstContact.inBackground());
        world.holdBack();

        PolicyResolution first = world.resolve();
        assertThat(World.failure(first).code()).isEqualTo(FailureCode.WAIT_EXPIRED);
        assertThat(first).isInstanceOf(PolicyResolution.Unusable.class);

        world.runHeldBack();
        assertThat(found(world.resolve()).freshness()).isEqualTo(Freshness.CACHED);
    }

    @Test
    void aBudgetIsKept() throws InterruptedException {
        strategy(FirstContact.waiting(Duration.ofMillis(1)));
        world.holdBack();

        assertThat(World.failure(world.resolve()).detail()).isEqualTo("still not known after 0.001 s");
    }

    @Test
    void aRecheckIsWaitedForWhateverTheStrategy() throws InterruptedException {
        strategy(FirstContact.inBackground());
        world.executor = Runnable::run;
        world.resolve();

        assertThat(found(world.recheck()).freshness()).isEqualTo(Freshness.CONFIRMED);
    }

    @Test
    void withoutDeferralAFailingDnsLetsTheMailGo() throws InterruptedException {
        world.txt = World.servfail();

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @Test
    void mailIsHeldBackWhileTheDnsFailsAndGoesAfterHalfAnHour() throws InterruptedException {
        strategy(FirstContact.waiting().deferringOnDnsFailure(HALF_AN_HOUR));
        world.txt = World.servfail();
        for (int minute = 0; minute < 30; minute++) {
            assertThat(world.resolve()).as("minute " + minute).isInstanceOf(PolicyResolution.Withheld.class);
            assertThat(World.failure(world.resolve()).code()).isEqualTo(FailureCode.DNS_TRANSIENT);
            world.clock.advance(Duration.ofMinutes(1));
        }
        world.clock.advance(Duration.ofMinutes(2)); // The last answer has been forgotten.
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
        world.clock.advance(Duration.ofMinutes(2));
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);

        assertThat(world.ailments()).containsExactly(DEFERRAL_SPENT);
        assertThat(world.health.get(0).domain()).contains(World.NAME);
        assertThat(world.health.get(0).detail()).contains("for 30 min").contains("SERVFAIL");
    }

    @Test
    void anAnswerEndsTheDeferralAndTheNextFailureBeginsAnother() throws InterruptedException {
        strategy(FirstContact.waiting().deferringOnDnsFailure(Duration.ofMinutes(10)));
        world.txt = World.servfail();
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Withheld.class);
        world.clock.advance(Duration.ofMinutes(20));
        world.txt = new TxtLookup.None(Duration.ofMinutes(1));
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Absent.class);

        world.clock.advance(Duration.ofMinutes(2));
        world.txt = World.servfail();
        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Withheld.class);
        assertThat(world.health).isEmpty();
    }

    @Test
    void onlyTheDnsIsWaitedFor() throws InterruptedException {
        strategy(FirstContact.waiting().deferringOnDnsFailure(HALF_AN_HOUR));
        world.https = World.response(503, "");

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @Test
    void aDnsThatIsSlowerThanThePatienceIsAFailingOne() throws InterruptedException, ExecutionException {
        strategy(FirstContact.inBackground().deferringOnDnsFailure(HALF_AN_HOUR));
        world.holdBack();

        assertThat(world.resolve()).isInstanceOf(PolicyResolution.Withheld.class);
        assertThat(world.resolver().resolveAsync(DOMAIN, Runnable::run).get())
                .isInstanceOf(PolicyResolution.Withheld.class);
    }

    @Test
    void aPolicyHostThatIsSlowerThanThePatienceIsNot() throws InterruptedException {
        strategy(FirstContact.inBackground().deferringOnDnsFailure(HALF_AN_HOUR));
        PolicyResolution[] meanwhile = new PolicyResolution[1];
        world.duringFetch = () -> meanwhile[0] = world.resolve();

        world.resolver().recheck(DOMAIN);

        assertThat(meanwhile[0]).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @Test
    void aLivePolicyIsNeverWithheld() throws InterruptedException {
        strategy(FirstContact.waiting().deferringOnDnsFailure(HALF_AN_HOUR));
        world.resolve();
        world.txt = World.servfail();

        assertThat(found(world.recheck()).freshness()).isEqualTo(Freshness.KEPT);
    }

    @Test
    void noDeferralIsLongerThanHalfAnHour() {
        assertThatThrownBy(() -> FirstContact.waiting().deferringOnDnsFailure(Duration.ofMinutes(31)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FirstContact.waiting(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
