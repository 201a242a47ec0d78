// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.DeliveryDecision.Verdict;
import io.github.mtasts4j.delivery.Violation;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.Freshness;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.testkit.MemoryPolicyStore;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.SimulatedSender.Delivery;
import io.github.mtasts4j.testkit.SimulatedSender.Fate;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is in the cache is all that stands between an attacker who owns the DNS and the mail. */
final class LivePolicyTest {

    private static final String ALICE = "alice@bank.example";
    private static final PolicyDomain BANK = PolicyDomain.ofRecipient(ALICE);
    private static final Duration HOUR = Duration.ofHours(1);

    private final StsWorld world = StsWorld.start();
    private final Relay relay = Relay.in(world);
    private final RecipientDomain bank =
            world.domain("bank.example").mx("mx.bank.example").enforces("mx.bank.example");

    @AfterEach
    void close() {
        relay.close();
        world.close();
    }

    private void learn() throws InterruptedException {
        assertThat(relay.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
        assertThat(world.mailsTo(ALICE)).hasSize(1);
    }

    private void assertHeldBack(Delivery delivery) {
        assertThat(delivery.fate()).isEqualTo(Fate.DEFERRED);
        assertThat(delivery.last().decision().verdict()).isEqualTo(Verdict.DEFER);
        assertThat(world.mailsTo(ALICE)).hasSize(1);
    }

    @Test
    void aForgedIdAndBlockedHttpsLeaveThePolicyInForceToItsLastSecond() throws Exception {
        learn();
        bank.httpsBlocked().mxForgedAs("mx.evil.example");
        for (int day = 1; day < 7; day++) {
            bank.idForgedAs("666" + day);
            world.clock().advance(Duration.ofDays(1));

            assertHeldBack(relay.sendTo(ALICE));
        }
        world.clock().advance(Duration.ofDays(1));
        assertHeldBack(relay.sendTo(ALICE)); // exactly max_age after the fetch

        world.clock().advance(Duration.ofSeconds(1));
        Delivery unprotected = relay.sendTo(ALICE); // §10.2: nothing can be done any more, but nothing less was done

        assertThat(unprotected.fate()).isEqualTo(Fate.DELIVERED);
        assertThat(unprotected.resolution()).isInstanceOf(PolicyResolution.Unusable.class);
    }

    @ParameterizedTest
    @EnumSource
    void noDnsFaultMakesTheSenderForget(DnsFault fault) throws Exception {
        learn();
        world.dns().fault("_mta-sts.bank.example", fault);
        bank.httpsBlocked();
        world.mx("mx.bank.example").behave(MxFault.Always.NO_STARTTLS);
        world.clock().advance(HOUR.multipliedBy(2));

        assertHeldBack(relay.sendTo(ALICE));
        assertThat(relay.sts().peek(BANK)).isPresent();
    }

    @Test
    void aRemovedTxtRecordDoesNotRemoveThePolicy() throws Exception {
        learn();
        bank.txtRemoved().mxForgedAs("mx.evil.example");
        world.clock().advance(HOUR);

        Delivery delivery = relay.sendTo(ALICE);

        assertHeldBack(delivery);
        assertThat(delivery.resolution().failure())
                .hasValueSatisfying(failure -> assertThat(failure.code()).isEqualTo(FailureCode.TXT_GONE));
    }

    @Test
    void anUnchangedIdDoesNotProlongThePolicy() throws Exception {
        learn();
        bank.httpsBlocked();
        for (int hour = 0; hour < 7 * 24; hour++) {
            world.clock().advance(HOUR);
            relay.sts().resolve(BANK);
        }
        assertThat(relay.sts().peek(BANK)).isPresent();

        world.clock().advance(Duration.ofSeconds(1));

        assertThat(relay.sts().peek(BANK)).isEmpty();
    }

    @Test
    void aPolicyThatHasMovedIsFoundInTheSameAttemptAndTheMailArrives() throws Exception {
        learn();
        bank.mx("mx.new.example")
                .publishes("2", RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(7), "mx.new.example"));
        world.clock().advance(Duration.ofMinutes(2));

        Delivery delivery = relay.sendTo(ALICE);

        assertThat(delivery.fate()).isEqualTo(Fate.DELIVERED);
        assertThat(world.mx("mx.new.example").mails()).hasSize(1);
    }

    @Test
    void aWithdrawnPolicyIsReplacedAtOnce() throws Exception {
        learn();
        bank.publishes("2", RecipientDomain.policy(Mode.NONE, Duration.ofDays(1)));
        world.mx("mx.bank.example").behave(MxFault.Always.NO_STARTTLS);
        world.clock().advance(HOUR);

        Delivery delivery = relay.sendTo(ALICE);

        assertThat(delivery.fate()).isEqualTo(Fate.DELIVERED);
        assertThat(relay.sts().peek(BANK).orElseThrow().policy().mode()).isEqualTo(Mode.NONE);
    }

    @Test
    void aBounceIsAllowedOnlyAfterTheDnsWasAskedInThisAttempt() throws Exception {
        learn();
        bank.mxForgedAs("mx.evil.example");

        DeliveryDecision.Defer fromCache =
                (DeliveryDecision.Defer) relay.sendTo(ALICE).last().decision();
        PolicyResolution rechecked = relay.sts().recheck(BANK);
        world.dns().fault("_mta-sts.bank.example", DnsFault.SERVFAIL);
        PolicyResolution unanswered = relay.sts().recheck(BANK);

        assertThat(fromCache.bounceAllowed()).isFalse();
        assertThat(rechecked.isRechecked()).isTrue();
        assertThat(unanswered.isRechecked()).isFalse();
        assertThat(unanswered.applicable()).isEqualTo(rechecked.applicable());
    }

    @Test
    void aRestartForgetsNothingThatIsInTheStore() throws Exception {
        MemoryPolicyStore store = new MemoryPolicyStore();
        try (Relay before = Relay.in(world, store)) {
            assertThat(before.sendTo(ALICE).fate()).isEqualTo(Fate.DELIVERED);
        }
        world.dns().fault(DnsFault.SERVFAIL);
        try (Relay after = Relay.in(world, store)) {
            PolicyResolution resolution = after.sts().resolve(BANK);

            assertThat(resolution.mode()).isEqualTo(Mode.ENFORCE);
            assertThat(((PolicyResolution.Found) resolution).freshness()).isEqualTo(Freshness.CACHED);
        }
    }

    @Test
    void anMxRrsetThatIsDeniedLeavesTheDomainItselfWhichThePolicyDoesNotList() throws Exception {
        learn();
        world.dns().remove("bank.example").host("bank.example", "127.0.0.1"); // NODATA for MX: an implicit MX

        Delivery delivery = relay.sendTo(ALICE);

        assertHeldBack(delivery);
        assertThat(delivery.last().mx()).hasToString("bank.example");
        assertThat(delivery.last().decision().violations())
                .extracting(Violation::kind)
                .containsExactly(Violation.Kind.MX_NOT_LISTED);
    }

    @Test
    void aCnameAtTheDomainDoesNotChangeWhosePolicyCounts() throws Exception {
        learn();
        world.domain("evil.example").mx("mx.evil.example").enforces("mx.evil.example");
        world.dns().remove("bank.example").cname("bank.example", "evil.example");

        assertHeldBack(relay.sendTo(ALICE));
    }

    @Test
    void theCertificateOfTheListedMxHasToBeItsOwn() throws Exception {
        learn();
        bank.publishes("2", RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(7), "*.bank.example"));
        world.mx("mx.bank.example").present(world.ca().issue(new TestCa.Spec().dns("other.bank.example")));
        world.clock().advance(HOUR);

        assertHeldBack(relay.sendTo(ALICE)); // The other name is allowed by the policy as well (decision D16).
    }

    @Test
    void anInvalidNewPolicyIsNoPolicyAndTheOldOneStays() throws Exception {
        learn();
        bank.idForgedAs("2");
        world.policyHost()
                .respond("bank.example", Reply.http(200, "<html>gone fishing</html>", "Content-Type: text/html"));
        world.mx("mx.bank.example").behave(MxFault.Always.NO_STARTTLS);
        world.clock().advance(HOUR);

        assertHeldBack(relay.sendTo(ALICE));
    }
}
