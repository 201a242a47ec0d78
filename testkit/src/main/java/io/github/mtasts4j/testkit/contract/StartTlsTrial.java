// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.contract.StartTlsContract.Errand;
import io.github.mtasts4j.testkit.contract.StartTlsTrap.Fate;
import io.github.mtasts4j.testkit.contract.WireTap.Wire;
import io.github.mtasts4j.testkit.smtp.ReceivedCommand;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * One message sent at one trap under one mode, and everything that could be seen of it from outside the client.
 *
 * @param trap the trap; empty for a server that behaves
 * @param mode the policy's
 * @param delivered what the client said
 * @param wires the connections
 * @param commands what the server took for commands
 * @param mails what the server took
 * @param decisions what the client asked, in order
 */
record StartTlsTrial(
        Optional<StartTlsTrap> trap,
        Mode mode,
        boolean delivered,
        List<Wire> wires,
        List<ReceivedCommand> commands,
        List<ReceivedMail> mails,
        List<DeliveryDecision> decisions) {

    /** 64 KiB and as much again for what the client's kernel takes without being asked, twice. */
    private static final int MAX_READ = 512 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String DOMAIN = "example.com";
    private static final DomainName MX = DomainName.of("mx.example.com");
    private static final String POLICY_ID = "v=STSv1; id=1;";

    /** A command that has no business in the clear. Noise that looks like one by chance is not to be expected. */
    private static final Pattern ENVELOPE = Pattern.compile("(?im)^(?:MAIL FROM:|RCPT TO:|DATA\r|BDAT |AUTH )");

    private static final Pattern STARTTLS = Pattern.compile("(?im)^STARTTLS");

    @FunctionalInterface
    interface Client {
        boolean send(Errand errand) throws Exception;
    }

    static StartTlsTrial of(StartTlsTrap trap, Mode mode, Client client) throws InterruptedException {
        return run(Optional.of(trap), mode, client);
    }

    static StartTlsTrial withoutTrap(Mode mode, Client client) throws InterruptedException {
        return run(Optional.empty(), mode, client);
    }

    private static StartTlsTrial run(Optional<StartTlsTrap> trap, Mode mode, Client client)
            throws InterruptedException {
        TestCa ca = TestCa.root("Contract CA");
        MovableClock clock = new MovableClock();
        Decisions decisions = new Decisions();
        try (SmtpMx mx = SmtpMx.start(ca.issue(MX.toString()));
                WireTap tap = WireTap.before(mx.address());
                MtaSts sts = sts(mode, clock, decisions)) {
            trap.ifPresent(set -> set.setOn(mx));
            Errand errand = new Errand(
                    sts,
                    new MxTls(CertificateVerifier.trusting(List.of(ca.certificate())), clock),
                    MX,
                    tap.address(),
                    PATIENCE,
                    "bob@sender.example",
                    "alice@" + DOMAIN,
                    "Subject: Hello\r\n\r\nHello, Alice.\r\n");
            boolean delivered = withinLimit(() -> client.send(errand));
            assertThat(tap.awaitSilence(LIMIT))
                    .as("the client has closed its connections")
                    .isTrue();
            return new StartTlsTrial(trap, mode, delivered, tap.wires(), mx.commands(), mx.mails(), decisions.seen);
        }
    }

    private static MtaSts sts(Mode mode, MovableClock clock, TlsReportRecorder recorder) {
        TxtLookup.Answer record = mode == Mode.NONE
                ? new TxtLookup.None(Duration.ofHours(1))
                : new TxtLookup.Records(List.of(POLICY_ID.getBytes(UTF_8)), Duration.ofHours(1));
        byte[] policy =
                RecipientDomain.policy(mode, Duration.ofDays(7), MX.toString()).getBytes(UTF_8);
        return MtaSts.builder(
                        name -> record,
                        request -> new PolicyFetcher.Response(200, List.of("text/plain"), List.of(), policy))
                .withoutRefresh()
                .time(clock.time())
                .recorder(recorder)
                .build();
    }

    /** A client that never comes back is a finding too, and must not hold up the others. */
    private static boolean withinLimit(Callable<Boolean> sending) throws InterruptedException {
        FutureTask<Boolean> task = new FutureTask<>(sending);
        Thread sender = new Thread(task, "starttls-contract-client");
        sender.setDaemon(true);
        sender.start();
        try {
            return task.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return false; // As the contract says. What else was wrong is seen on the wire.
        } catch (TimeoutException e) {
            sender.interrupt();
            throw new AssertionError("the client does not come to an end within " + LIMIT.toSeconds() + " s", e);
        }
    }

    /** Whether the client was sure of the host, on its first connection. */
    boolean isVerified() {
        return outcome().filter(TlsOutcome.Verified.class::isInstance).isPresent();
    }

    private Optional<TlsOutcome> outcome() {
        return decisions.stream().findFirst().map(decision -> decision.attempt().tls());
    }

    void assertCommonRules() {
        StartTlsTrap sprung = trap.orElseThrow();
        assertThat(mails).as("messages the server has taken").hasSize(delivered ? 1 : 0);
        assertTold(sprung);
        assertConnections(sprung);
        if (sprung.fate() == Fate.NEVER_OVER_THIS_CONNECTION) {
            assertThat(overTls("MAIL"))
                    .as("envelopes over a trapped connection")
                    .isEmpty();
        }
        assertThat(overTls("STARTTLS")).as("STARTTLS over TLS").isEmpty();
        assertThat(overTls("AUTH")).as("answers to a forged offer").isEmpty();
        if (sprung == StartTlsTrap.OTHER_CAPABILITIES_OVER_TLS) {
            assertThat(overTls("MAIL"))
                    .as("MAIL without the parameters of before TLS")
                    .allMatch(line -> line.endsWith(">"));
        }
    }

    private void assertTold(StartTlsTrap sprung) {
        outcome()
                .ifPresentOrElse(
                        told -> assertThat(sprung.outcomes())
                                .as("what was handed to decide: %s", told)
                                .anyMatch(kind -> kind.isInstance(told)),
                        () -> assertThat(sprung.outcomes())
                                .as("a decision was asked for, which the TLS report needs")
                                .contains(TlsOutcome.NotConnected.class));
        if (delivered) {
            assertThat(decisions).as("the decision to deliver").anyMatch(DeliveryDecision::mayDeliver);
        }
    }

    private void assertConnections(StartTlsTrap sprung) {
        assertThat(wires).as("connections").hasSizeBetween(1, 3);
        for (Wire wire : wires) {
            assertThat(wire.said()).as("octets taken from the server").isLessThan(MAX_READ);
            assertThat(STARTTLS.matcher(wire.heard()).results().count())
                    .as("STARTTLS on one connection")
                    .isLessThanOrEqualTo(1);
            boolean asked = STARTTLS.matcher(wire.heard()).find();
            if (asked && sprung.fate() != Fate.BY_OWN_RULES) {
                assertNoEnvelope(wire);
            }
        }
    }

    void assertNoEnvelopeInTheClear() {
        wires.forEach(StartTlsTrial::assertNoEnvelope);
        assertThat(mails).allMatch(ReceivedMail::isOverTls);
    }

    private static void assertNoEnvelope(Wire wire) {
        assertThat(ENVELOPE.matcher(wire.heard()).find())
                .as("an envelope in the clear in: %s", wire.heard())
                .isFalse();
    }

    private List<String> overTls(String verb) {
        return commands.stream()
                .filter(ReceivedCommand::overTls)
                .map(ReceivedCommand::line)
                .filter(line -> line.toUpperCase(Locale.ROOT).startsWith(verb))
                .toList();
    }

    /** Takes down what is decided. */
    private static final class Decisions implements TlsReportRecorder {

        private final List<DeliveryDecision> seen = new CopyOnWriteArrayList<>();

        @Override
        public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
            seen.add(decision);
        }
    }
}
