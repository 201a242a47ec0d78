// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jakartamail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.MxHandshake;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One connection knows nothing of another, and the JVM of none. */
final class IsolationTest {

    private static final String DOMAIN = "example.com";
    private static final String MX = "mx.example.com";

    private final MailWorld world = new MailWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void connectionsAtTheSameTimeHaveEachItsOwnServerNameAndDecision() throws Exception {
        int senders = 8;
        CyclicBarrier together = new CyclicBarrier(senders);
        MxConnector connector = world.connector(MailWorld.impatient());
        List<Callable<Boolean>> sends = IntStream.range(0, senders)
                .<Callable<Boolean>>mapToObj(i -> () -> sendTogether(connector, together, i))
                .toList();
        world.mx("mx1.example").present(world.world().untrustedCa().issue("mx1.example"));

        ExecutorService threads = Executors.newFixedThreadPool(senders);
        try {
            List<Future<Boolean>> sent = threads.invokeAll(sends);
            for (int i = 0; i < senders; i++) {
                assertThat(sent.get(i).get()).isEqualTo(i != 1);
            }
        } finally {
            threads.shutdown();
        }

        for (int i = 0; i < senders; i++) {
            String host = "mx" + i + ".example";
            assertThat(world.mx(host).handshakes()).extracting(MxHandshake::sni).containsExactly(Optional.of(host));
            assertThat(world.mx(host).mails())
                    .extracting(ReceivedMail::recipients)
                    .isEqualTo(i == 1 ? List.of() : List.of(List.of("alice@d" + i + ".example")));
        }
    }

    private boolean sendTogether(MxConnector connector, CyclicBarrier together, int i) throws Exception {
        String domain = "d" + i + ".example";
        world.enforces(domain, "mx" + i + ".example");
        MxCandidate candidate = world.candidate(domain, "mx" + i + ".example");
        together.await();
        if (connector.connect(candidate) instanceof OpenMx open) {
            try (open) {
                open.send(MailWorld.BOB, MailWorld.message(), MailWorld.alice(domain));
                return true;
            }
        }
        return false;
    }

    @Test
    void noPropertyOfTheJvmIsTouchedAndNoDefaultSessionMade() throws Exception {
        Map<Object, Object> before = Map.copyOf(System.getProperties());
        world.enforces(DOMAIN, MX);

        world.send(DOMAIN, MX);

        assertThat(Map.copyOf(System.getProperties())).isEqualTo(before);
        Properties mine = new Properties();
        assertThat(Session.getDefaultInstance(mine).getProperties()).isSameAs(mine);
    }

    @Test
    void theSendersOwnPropertiesAreNotTouched() throws Exception {
        Properties sender = MailWorld.impatient();
        Properties before = (Properties) sender.clone();
        world.enforces(DOMAIN, MX);

        try (OpenMx open =
                world.connector(sender).connect(world.candidate(DOMAIN, MX)).orDefer()) {
            open.send(MailWorld.BOB, MailWorld.message(), MailWorld.alice(DOMAIN));
        }

        assertThat(sender).isEqualTo(before);
    }

    @Test
    void noSessionIsResumed() throws Exception {
        world.enforces(DOMAIN, MX);

        world.send(DOMAIN, MX);
        world.send(DOMAIN, MX);

        assertThat(world.mx(MX).handshakes()).hasSize(2).noneMatch(MxHandshake::resumed);
    }

    @Test
    void aTransportThatWasClosedCannotBeConnectedAgainBecauseNobodyWouldJudge() throws Exception {
        world.enforces(DOMAIN, MX);
        OpenMx open = world.connect(DOMAIN, MX).orDefer();
        Transport transport = open.transport();
        open.close();
        String address = world.mx(MX).address().getAddress().getHostAddress();

        assertThatThrownBy(
                        () -> transport.connect(address, world.mx(MX).address().getPort(), null, null))
                .isInstanceOf(MessagingException.class)
                .hasStackTraceContaining("for one connection");
        assertThat(world.verbs(MX)).containsOnlyOnce("STARTTLS").doesNotContain("MAIL");
    }

    // ---- what a sender's properties may say ----

    @ParameterizedTest
    @CsvSource({
        "mail.smtp.ssl.trust, *",
        "mail.smtp.ssl.enable, true",
        "mail.smtp.ssl.protocols, TLSv1.1",
        "mail.smtp.ssl.ciphersuites, TLS_RSA_WITH_NULL_SHA256",
        "mail.smtp.ssl.checkserveridentity, true",
        "mail.smtp.ssl.hostnameverifier.class, no.such.Verifier",
        "mail.smtp.ssl.socketFactory.class, no.such.Factory",
        "mail.smtp.starttls.enable, false",
        "mail.smtp.ehlo, false",
        "mail.smtp.auth, true",
        "mail.smtp.port, 1",
        "mail.smtp.host, mx.elsewhere.example"
    })
    void whatDecidesAboutTlsIsNotTheirs(String name, String value) throws Exception {
        Properties sender = MailWorld.impatient();
        sender.setProperty(name, value);
        world.enforces(DOMAIN, MX);

        try (OpenMx open =
                world.connector(sender).connect(world.candidate(DOMAIN, MX)).orDefer()) {
            assertThat(open.isOverTls()).isTrue();
        }
        assertThat(world.mx(MX).handshakes()).extracting(MxHandshake::protocol).containsExactly("TLSv1.3");
    }

    @Test
    void noPasswordIsToldToAnybodyBecauseTheHostIsNotJudgedYet() throws Exception {
        Properties sender = MailWorld.impatient();
        sender.setProperty("mail.smtp.auth", "true");
        sender.setProperty("mail.smtp.user", "bob");
        sender.setProperty("mail.smtp.password", "secret");
        world.mx(MX)
                .present(world.world().untrustedCa().issue(MX))
                .behave(new MxFault.OffersOverTls(List.of("AUTH PLAIN LOGIN")));

        try (OpenMx open =
                world.connector(sender).connect(world.candidate(DOMAIN, MX)).orDefer()) {
            open.send(MailWorld.BOB, MailWorld.message(), MailWorld.alice(DOMAIN));
        }
        assertThat(world.verbs(MX)).contains("MAIL").doesNotContain("AUTH");
    }

    @Test
    void whatTheyHaveAsDefaultsOrObjectsCounts() throws Exception {
        Properties defaults = MailWorld.impatient();
        defaults.setProperty("mail.smtp.localhost", "from.defaults.example");
        world.enforces(DOMAIN, MX);

        try (OpenMx open = world.connector(new Properties(defaults))
                .connect(world.candidate(DOMAIN, MX))
                .orDefer()) {
            assertThat(open.isOverTls()).isTrue();
        }
        assertThat(world.mx(MX).commands().get(0).line()).isEqualTo("EHLO from.defaults.example");
    }

    @Test
    void aWriteTimeoutIsHonouredWithTheProvidersOwnSocketAroundOurs() throws Exception {
        Properties sender = MailWorld.impatient();
        sender.setProperty("mail.smtp.writetimeout", "5000");
        world.enforces(DOMAIN, MX);

        try (OpenMx open =
                world.connector(sender).connect(world.candidate(DOMAIN, MX)).orDefer()) {
            open.send(MailWorld.BOB, MailWorld.message(), MailWorld.alice(DOMAIN));
        }
        assertThat(world.mx(MX).mails()).hasSize(1).allMatch(ReceivedMail::isOverTls);
    }

    @Test
    void aSocketFactoryOfTheirsIsRefusedRatherThanLeftOut() {
        Properties sender = MailWorld.impatient();
        sender.put("mail.smtp.socketFactory", SocketFactory.getDefault());

        assertThatThrownBy(() -> world.connector(sender)).isInstanceOf(IllegalArgumentException.class);
    }
}
