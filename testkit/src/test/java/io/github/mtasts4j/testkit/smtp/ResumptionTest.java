// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A resumed session shows no certificate, and what looked at it the first time is not asked again. */
final class ResumptionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final DomainName MX = DomainName.of("mx.example.com");

    private final TestCa ca = TestCa.root("Root");
    private final MovableClock clock = new MovableClock();
    private final MxTls tls = new MxTls(CertificateVerifier.trusting(List.of(ca.certificate())), clock);
    private final SmtpMx mx = SmtpMx.start(ca.issue("mx.example.com"));

    @AfterEach
    void stop() {
        mx.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theSameSenderNeverResumesASessionAndJudgesAgain(String version) {
        mx.speak(version);
        assertThat(connectOnce()).isInstanceOf(TlsOutcome.Verified.class);

        mx.present(TestCa.selfSigned(new TestCa.Spec().dns("mx.example.com")));

        assertThat(connectOnce()).isInstanceOf(TlsOutcome.CertificateRejected.class);
        assertThat(mx.handshakes()).extracting(MxHandshake::resumed).containsExactly(false, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerThatOffersResumptionIsUsedByOthers(String version) throws IOException, GeneralSecurityException {
        mx.speak(version);
        SSLContext plain = SSLContext.getInstance("TLS");
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(ca.trustStore());
        plain.init(null, trust.getTrustManagers(), null);

        assertThat(judgeAfterPlainHandshake(plain)).isInstanceOf(TlsOutcome.Verified.class);
        clock.set(ca.certificate().getNotAfter().toInstant().plusSeconds(1));
        TlsOutcome second = judgeAfterPlainHandshake(plain);

        assertThat(mx.handshakes()).extracting(MxHandshake::resumed).containsExactly(false, true);
        assertThat(second)
                .as("a resumed session is judged all the same")
                .isInstanceOf(TlsOutcome.CertificateRejected.class);
    }

    private TlsOutcome connectOnce() {
        try (SmtpConnection connection = SmtpConnection.connect(mx.address(), PATIENCE, PATIENCE)) {
            TlsOutcome outcome = connection.startTls(tls, MX);
            connection.quit();
            return outcome;
        }
    }

    /** What a sender does that has TLS of its own and asks only for a judgement. */
    private TlsOutcome judgeAfterPlainHandshake(SSLContext context) throws IOException {
        try (Socket socket = new Socket(mx.address().getAddress(), mx.address().getPort())) {
            SmtpDialogue before = new SmtpDialogue(socket, PATIENCE);
            before.reply();
            before.ask("EHLO c");
            before.ask("STARTTLS");
            SSLSocket layered = (SSLSocket) context.getSocketFactory().createSocket(socket, MX.toString(), 25, true);
            layered.startHandshake();
            new SmtpDialogue(layered, PATIENCE).ask("EHLO c"); // Which reads the session tickets of TLS 1.3 too.
            TlsOutcome outcome = tls.outcome(layered.getSession(), MX);
            layered.close();
            return outcome;
        }
    }
}
