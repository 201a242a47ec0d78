// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.contract.StartTlsTrap.Fate;
import io.github.mtasts4j.tls.MxTls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every SMTP client with STARTTLS has to do about MTA-STS (§4, §5; RFC 3207), against the sixteen servers of
 * {@link StartTlsTrap} and a good one. Extend it and say how your client sends a message; JUnit runs the rest, each server
 * under {@code enforce}, under {@code testing} and without a policy.
 *
 * <p>It listens on the wire, so it believes the client nothing: no word of the envelope in the clear where the policy or
 * the trap forbids it, no more read of a flood than a client needs to see one, every wait bounded, every connection closed,
 * and what was handed to {@link MtaSts#decide} is what happened. It asks nothing of a client's own rules for
 * opportunistic TLS but that {@code testing} changes nothing about them (§5).
 */
public abstract class StartTlsContract {

    /** For subclasses. */
    protected StartTlsContract() {}

    /**
     * One message to send, to one MX.
     *
     * @param sts to be asked as for any message: {@code resolve}, {@code plan}, {@code decide}. It knows the policy of the
     *     recipient's domain, and remembers what it is asked
     * @param tls trusts the authority of this test
     * @param mx the only MX host of the recipient's domain
     * @param address where that host listens
     * @param patience how long to wait for each reply, and for the handshake
     * @param sender the reverse-path
     * @param recipient the forward-path
     * @param message the text, lines ended by CRLF
     */
    public record Errand(
            MtaSts sts,
            MxTls tls,
            DomainName mx,
            InetSocketAddress address,
            Duration patience,
            String sender,
            String recipient,
            String message) {}

    /**
     * Makes one attempt to deliver a message, as the client does in earnest: a second connection in the clear, for
     * instance, if that is its way after a failed handshake and the decision leaves it the choice. Waits until that is
     * done; all its connections have to be closed then, or soon afterwards. It is given half a minute; set
     * no limit here that the client does not have in earnest, or a missing deadline goes unseen.
     *
     * @param errand the message and where to bring it
     * @return whether a server has taken the message
     * @throws Exception for an attempt that failed, if the client tells it so; it counts as false
     */
    protected abstract boolean send(Errand errand) throws Exception;

    @TestFactory
    final Stream<DynamicTest> underEnforceMailGoesOverVerifiedTlsOrNotAtAll() {
        return traps(trap -> {
            StartTlsTrial trial = run(trap, Mode.ENFORCE);
            trial.assertCommonRules();
            trial.assertNoEnvelopeInTheClear();
            assertThat(trial.delivered()).isEqualTo(trap.fate() == Fate.DELIVERED_OVER_TLS);
        });
    }

    @TestFactory
    final Stream<DynamicTest> underTestingMailGoesAsItWouldWithoutAPolicy() {
        return traps(trap -> {
            StartTlsTrial trial = run(trap, Mode.TESTING);
            trial.assertCommonRules();
            StartTlsTrial unprotected = run(trap, Mode.NONE);
            unprotected.assertCommonRules();
            // A handshake that proved the host leaves no choice of plaintext under testing, and that is as it should
            // be.
            if (!trial.isVerified()) {
                assertThat(trial.delivered()).isEqualTo(unprotected.delivered());
            }
        });
    }

    @TestFactory
    final Stream<DynamicTest> withoutAPolicyATrappedConnectionCarriesNoMail() {
        return traps(trap -> {
            StartTlsTrial trial = run(trap, Mode.NONE);
            trial.assertCommonRules();
            if (trap.fate() == Fate.DELIVERED_OVER_TLS) {
                assertThat(trial.delivered()).isTrue();
            }
        });
    }

    @TestFactory
    final Stream<DynamicTest> aGoodServerGetsTheMailOverTlsInEveryMode() {
        return Stream.of(Mode.values())
                .map(mode -> DynamicTest.dynamicTest(mode.keyword(), () -> {
                    StartTlsTrial trial = StartTlsTrial.withoutTrap(mode, this::send);
                    assertThat(trial.delivered()).isTrue();
                    assertThat(trial.isVerified()).isTrue();
                    trial.assertNoEnvelopeInTheClear();
                }));
    }

    private StartTlsTrial run(StartTlsTrap trap, Mode mode) throws Exception {
        return StartTlsTrial.of(trap, mode, this::send);
    }

    private static Stream<DynamicTest> traps(Check check) {
        return Stream.of(StartTlsTrap.values()).map(trap -> DynamicTest.dynamicTest(trap.name(), () -> check.on(trap)));
    }

    @FunctionalInterface
    private interface Check {
        void on(StartTlsTrap trap) throws Exception;
    }
}
