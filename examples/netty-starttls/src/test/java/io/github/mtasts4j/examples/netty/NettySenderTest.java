// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.ReceivedCommand;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.MxTls;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class NettySenderTest {

    private static final String ALICE = "alice@example.com";

    private final StsWorld world = StsWorld.start();
    private final SmtpMx mx = world.mx("mx.example.com");
    private final List<SessionResult> reported = new CopyOnWriteArrayList<>();
    private ApachePolicyFetcher fetcher;
    private MtaSts sts;
    private NettySender sender;

    /** A host that has something wrong with its TLS. */
    private enum Bad {
        NAME {
            @Override
            void make(SmtpMx mx, StsWorld world) {
                mx.present(world.ca().issue("mx.example.net"));
            }
        },
        AUTHORITY {
            @Override
            void make(SmtpMx mx, StsWorld world) {
                mx.present(world.untrustedCa().issue("mx.example.com"));
            }
        },
        EXPIRY {
            @Override
            void make(SmtpMx mx, StsWorld world) {
                mx.present(
                        world.ca().issue(new TestCa.Spec().dns("mx.example.com").expired()));
            }
        },
        STARTTLS {
            @Override
            void make(SmtpMx mx, StsWorld world) {
                mx.behave(MxFault.Always.NO_STARTTLS);
            }
        };

        abstract void make(SmtpMx mx, StsWorld world);
    }

    @BeforeEach
    void makeSender() {
        DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address()).build();
        fetcher = ApachePolicyFetcher.builder()
                .addresses(dns.addressLookup())
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(world.verifier())
                .port(world.policyHost().port())
                .build();
        sts = MtaSts.builder(dns.txtLookup(), fetcher)
                .clock(world.clock())
                .recorder(new TlsReportRecorder() {
                    @Override
                    public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
                        reported.addAll(results);
                    }
                })
                .build();
        sender = new NettySender(
                sts,
                new MxTls(world.verifier(), world.clock()),
                dns.mxLookup(),
                world::addressOf,
                Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        sender.close();
        sts.close();
        fetcher.close();
        world.close();
    }

    @AfterAll
    static void noBufferIsLost() {
        LostBuffers.assertNone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void mailArrivesOverTlsWhereTheMxIsListedAndProved(String version) throws Exception {
        world.domain("example.com").mx("mx.example.com").enforces("mx.example.com");
        mx.speak(version);

        assertThat(send()).isInstanceOf(DeliveryResult.Taken.class);
        assertThat(mx.mails()).singleElement().satisfies(mail -> {
            assertThat(mail.data()).isEqualTo("Subject: Hello\r\n\r\nHello, Alice.\r\n.\r\n");
            assertThat(mail.tls().orElseThrow().protocol()).isEqualTo(version);
        });
        assertThat(mx.serverNames()).containsExactly("mx.example.com");
        assertThat(reported).singleElement().matches(SessionResult::isSuccess);
    }

    @ParameterizedTest
    @EnumSource
    void noOctetOfTheEnvelopeIsSaidToABadHostUnderEnforce(Bad what) throws Exception {
        world.domain("example.com").mx("mx.example.com").enforces("mx.example.com");
        what.make(mx, world);

        assertThat(send())
                .isInstanceOfSatisfying(
                        DeliveryResult.Queued.class,
                        queued -> assertThat(queued.reasons())
                                .singleElement()
                                .asString()
                                .contains("mx.example.com", "§4.2"));
        assertThat(mx.commands())
                .extracting(ReceivedCommand::line)
                .allMatch(line -> line.matches("EHLO .*|STARTTLS|QUIT"));
        assertThat(reported).singleElement().matches(result -> !result.isSuccess());
    }

    @ParameterizedTest
    @EnumSource
    void mailArrivesAtABadHostAndIsReportedUnderTesting(Bad what) throws Exception {
        world.domain("example.com").mx("mx.example.com").tests("mx.example.com");
        what.make(mx, world);

        assertThat(send()).isInstanceOf(DeliveryResult.Taken.class);
        assertThat(mx.mails()).singleElement().matches(mail -> mail.isOverTls() == (what != Bad.STARTTLS));
        assertThat(reported)
                .singleElement()
                .matches(result -> result.policyType() == PolicyType.STS && !result.isSuccess());
    }

    @Test
    void mailGoesInTheClearAfterAFailedHandshakeWhereNoPolicyForbidsIt() throws Exception {
        world.domain("example.com").mx("mx.example.com");
        mx.behave(MxFault.InsteadOfTls.ALERT);

        assertThat(send()).isInstanceOf(DeliveryResult.Taken.class);
        assertThat(mx.mails()).hasSize(1).noneMatch(ReceivedMail::isOverTls);
    }

    @Test
    void mailGoesToTheSecondMxWhereTheFirstMustNotHaveIt() throws Exception {
        world.domain("example.com").mx("mx.evil.example", "mx.example.com").enforces("mx.example.com");

        assertThat(send()).isInstanceOf(DeliveryResult.Taken.class);
        assertThat(world.mx("mx.evil.example").commands()).isEmpty();
    }

    @Test
    void whatAHostDoesNotWantForGoodIsRejected() throws Exception {
        world.domain("example.com").mx("mx.example.com").enforces("mx.example.com");
        mx.behave(MxFault.refuses("RCPT", 550));

        assertThat(send()).isInstanceOf(DeliveryResult.Rejected.class);
    }

    @Test
    void bareLineFeedsAreNoSmtp() throws Exception {
        world.domain("example.com").mx("mx.example.com");
        mx.behave(MxFault.Always.BARE_LINE_FEEDS);

        assertThat(send()).isInstanceOf(DeliveryResult.Queued.class);
        assertThat(mx.commands()).isEmpty();
    }

    @Test
    void anAddressWithALineEndIsTheCallersMistake() {
        assertThatThrownBy(() -> sender.deliver("x>\r\nRCPT TO:<eve@example.net", ALICE, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void manyMessagesAtATimeEachArriveOnce() {
        world.domain("example.com").mx("mx.example.com").enforces("mx.example.com");
        List<CompletableFuture<DeliveryResult>> all = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 30; i++) {
            all.add(sender.deliver("bob@sender.example", ALICE, "Subject: " + i + "\n")
                    .toCompletableFuture());
        }

        assertThat(all).map(CompletableFuture::join).allMatch(DeliveryResult.Taken.class::isInstance);
        assertThat(mx.mails()).map(ReceivedMail::data).doesNotHaveDuplicates().hasSize(30);
    }

    @Test
    void noThreadOutlivesTheSenderAndAnAttemptUnderWayEnds() throws Exception {
        world.domain("example.com").mx("mx.example.com").enforces("mx.example.com");
        mx.behave(new MxFault.StaysSilentAt("EHLO"));
        CompletableFuture<DeliveryResult> underWay =
                sender.deliver("bob@sender.example", ALICE, "").toCompletableFuture();
        CountDownLatch asked = new CountDownLatch(1);
        while (mx.commands().isEmpty()) {
            asked.await(10, TimeUnit.MILLISECONDS);
        }
        assertThat(threads()).isNotEmpty();

        sender.close();

        for (Thread thread : threads()) {
            thread.join(20_000); // A pool says that it has ended by its last thread's last act but one.
        }
        assertThat(threads()).isEmpty();
        assertThat(underWay.handle((result, failure) ->
                                failure instanceof CompletionException || result instanceof DeliveryResult.Queued)
                        .get(20, TimeUnit.SECONDS))
                .isTrue();
        assertThat(mx.mails()).isEmpty();
    }

    @Test
    void theTestsWouldNoticeALostBuffer() {
        assertThat(LostBuffers.noticesOne()).isTrue();
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("netty-sender-"))
                .toList();
    }

    private DeliveryResult send() throws Exception {
        return sender.deliver("bob@sender.example", ALICE, "Subject: Hello\n\nHello, Alice.\n.\n")
                .toCompletableFuture()
                .get(50, TimeUnit.SECONDS);
    }
}
