// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import static io.github.mtasts4j.tlsreport.send.Sending.OK;
import static io.github.mtasts4j.tlsreport.send.Sending.report;
import static io.github.mtasts4j.tlsreport.send.Sending.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.tlsreport.HeaderField;
import io.github.mtasts4j.tlsreport.MailAddress;
import io.github.mtasts4j.tlsreport.ReportUri;
import io.github.mtasts4j.tlsreport.send.ReportSender.Handover;
import io.github.mtasts4j.tlsreport.send.SendingListener.Ending;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which reports go where and when. */
final class ReportSenderTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");
    private static final String A = "https://a.example.com/v1";
    private static final String B = "https://b.example.com/v1";
    private static final String MAIL = "mailto:tls@example.com";

    private final Sending world = new Sending();

    @TempDir
    private Path queue;

    @AfterEach
    void close() {
        world.close();
    }

    // ---- where to ----

    @Test
    void aReportGoesToEveryDestinationOfTheRecord() throws InterruptedException {
        world.asks("example.com", MAIL, A, B);
        world.servers.put("a.example.com/v1", OK);
        world.servers.put("b.example.com/v1", status(201));
        ReportSender sender = world.withOneDue(queue);

        assertThat(sender.sendDue()).isEqualTo(1);
        assertThat(world.posts)
                .containsExactly(
                        "a.example.com/v1 application/tlsrpt+gzip r1", "b.example.com/v1 application/tlsrpt+gzip r1");
        assertThat(world.mails).containsExactly("tls-reports@sender.example to tls@example.com");
        assertThat(world.outcomes()).containsOnly(DeliveryOutcome.ACCEPTED).hasSize(3);
        assertThat(world.endings()).containsExactly(Ending.DELIVERED);
        assertThat(sender.waiting()).isZero();
    }

    @Test
    void theFirstEndpointFailsTheSecondAcceptsAndThatIsDelivered() throws InterruptedException {
        world.asks("example.com", A, B);
        world.servers.put("a.example.com/v1", status(503));
        world.servers.put("b.example.com/v1", OK);
        world.run(world.withOneDue(queue), Duration.ofHours(30));

        assertThat(world.outcomes()).containsExactly(DeliveryOutcome.TRY_LATER, DeliveryOutcome.ACCEPTED);
        assertThat(world.endings()).containsExactly(Ending.DELIVERED);
    }

    @Test
    void whenAllFailAllAreTriedAgain() throws InterruptedException {
        world.asks("example.com", A, B);
        world.servers.put("a.example.com/v1", status(503));
        world.servers.put("b.example.com/v1", status(500));
        ReportSender sender = world.withOneDue(queue);
        sender.sendDue();
        assertThat(world.ends).isEmpty();

        world.servers.put("b.example.com/v1", OK);
        world.run(sender, Duration.ofMinutes(10));
        assertThat(world.outcomes())
                .containsExactly(
                        DeliveryOutcome.TRY_LATER,
                        DeliveryOutcome.TRY_LATER,
                        DeliveryOutcome.TRY_LATER,
                        DeliveryOutcome.ACCEPTED);
        assertThat(world.endings()).containsExactly(Ending.DELIVERED);
    }

    @Test
    void aDestinationThatIsNamedTwiceGetsOne() throws InterruptedException {
        world.asks("example.com", A, "https://A.example.com:443/v1", MAIL, "mailto:tls@EXAMPLE.com");
        world.servers.put("a.example.com/v1", OK);
        world.withOneDue(queue).sendDue();

        assertThat(world.posts).hasSize(1);
        assertThat(world.mails).hasSize(1);
    }

    @Test
    void aHostileRecordCostsItsOwnUrisOnly() throws InterruptedException {
        world.asks(
                "example.com",
                "mailto:a@b.example?bcc=c@d.example",
                "https://169.254.169.254/",
                "https://localhost/",
                "javascript:alert(1)",
                A);
        world.servers.put("a.example.com/v1", OK);
        world.withOneDue(queue).sendDue();

        assertThat(world.posts).hasSize(1);
        assertThat(world.mails).isEmpty();
        assertThat(world.endings()).containsExactly(Ending.DELIVERED);
    }

    @Test
    void ofFiftyDestinationsFiveAreUsed() throws InterruptedException {
        String[] uris = new String[50];
        for (int i = 0; i < uris.length; i++) {
            uris[i] = "https://r" + i + ".example.com/";
        }
        world.asks("example.com", uris);
        world.withOneDue(queue).sendDue();

        assertThat(world.posts).hasSize(5);
    }

    // ---- the record ----

    @Test
    void aRecordThatWasRemovedMeansThatNothingIsSent() throws InterruptedException {
        world.asks("example.com", A);
        ReportSender sender = world.withOneDue(queue);
        world.hasRecord("example.com", new TxtLookup.None(Duration.ofHours(1)));
        sender.sendDue();

        assertThat(world.posts).isEmpty();
        assertThat(world.endings()).containsExactly(Ending.NOT_WANTED);
        assertThat(sender.waiting()).isZero();
    }

    @Test
    void aDnsThatDoesNotAnswerIsAskedAgain() throws InterruptedException {
        world.hasRecord("example.com", new TxtLookup.Unavailable("dns-timeout", "no reply"));
        ReportSender sender = world.withOneDue(queue);
        sender.sendDue();
        assertThat(sender.waiting()).isEqualTo(1);

        world.asks("example.com", A);
        world.servers.put("a.example.com/v1", OK);
        world.run(sender, Duration.ofMinutes(10));
        assertThat(world.endings()).containsExactly(Ending.DELIVERED);
    }

    @Test
    void aDnsThatIsSilentForADayEndsIt() throws InterruptedException {
        world.hasRecord("example.com", new TxtLookup.Unavailable("dns-timeout", "no reply"));
        world.run(world.withOneDue(queue), Duration.ofHours(25));

        assertThat(world.endings()).containsExactly(Ending.EXPIRED);
        assertThat(world.ends.get(0).detail()).startsWith("dns-timeout");
    }

    // ---- what servers say ----

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 408, 429, 301, 302, 307, 304})
    void aServerThatSaysNoForADayIsGivenUp(int status) throws InterruptedException {
        world.asks("example.com", A);
        world.servers.put("a.example.com/v1", status(status));
        ReportSender sender = world.withOneDue(queue);
        sender.sendDue();
        int early = world.posts.size();
        world.run(sender, Duration.ofHours(23));
        assertThat(world.ends).isEmpty();
        world.run(sender, Duration.ofHours(2));

        assertThat(early).isEqualTo(1);
        assertThat(world.posts).hasSizeBetween(9, 16);
        assertThat(world.outcomes()).containsOnly(DeliveryOutcome.TRY_LATER);
        assertThat(world.endings()).containsExactly(Ending.EXPIRED);
        assertThat(sender.waiting()).isZero();
        world.run(sender, Duration.ofHours(25));
        assertThat(world.posts).hasSizeBetween(9, 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 410, 413})
    void aServerThatRefusesIsNotAskedAgain(int status) throws InterruptedException {
        world.asks("example.com", A);
        world.servers.put("a.example.com/v1", status(status));
        ReportSender sender = world.withOneDue(queue);
        world.run(sender, Duration.ofHours(25));

        assertThat(world.outcomes()).containsExactly(DeliveryOutcome.REJECTED);
        assertThat(world.endings()).containsExactly(Ending.REFUSED);
    }

    @Test
    void whoHasRefusedIsLeftAloneWhileAnotherIsTriedAgain() throws InterruptedException {
        world.asks("example.com", A, B);
        world.servers.put("a.example.com/v1", status(404));
        world.servers.put("b.example.com/v1", status(503));
        world.run(world.withOneDue(queue), Duration.ofHours(1));

        assertThat(world.posts.stream().filter(post -> post.startsWith("a."))).hasSize(1);
        assertThat(world.posts.stream().filter(post -> post.startsWith("b."))).hasSizeGreaterThan(2);
    }

    static Stream<PolicyFetcher.Result> trouble() {
        return Stream.of(
                new PolicyFetcher.TimedOut(Duration.ofSeconds(60)),
                new PolicyFetcher.CertificateRejected(List.of()),
                new PolicyFetcher.ProtocolError(PolicyFetcher.Breach.PROTOCOL, "no status line"),
                new PolicyFetcher.TooLarge(5));
    }

    @ParameterizedTest
    @MethodSource("trouble")
    void troubleOnTheWayIsTriedAgain(PolicyFetcher.Result result) throws InterruptedException {
        world.asks("example.com", A);
        world.servers.put("a.example.com/v1", result);
        ReportSender sender = world.withOneDue(queue);
        sender.sendDue();

        assertThat(world.outcomes()).hasSize(1).allMatch(DeliveryOutcome::isRetried);
        assertThat(sender.waiting()).isEqualTo(1);
    }

    @Test
    void anAddressThatIsForbiddenIsNotTriedAgain() throws InterruptedException {
        world.asks("example.com", A);
        world.servers.put("a.example.com/v1", new PolicyFetcher.AddressForbidden("only 127.0.0.1"));
        world.run(world.withOneDue(queue), Duration.ofHours(1));

        assertThat(world.outcomes()).containsExactly(DeliveryOutcome.ADDRESS_FORBIDDEN);
        assertThat(world.endings()).containsExactly(Ending.REFUSED);
    }

    @Test
    void aServerThatIsDownIsTriedOnceForAllItsDomains() throws InterruptedException {
        ReportSender sender = world.in(queue, builder -> builder.concurrency(1));
        for (int i = 0; i < 50; i++) {
            world.asks("d" + i + ".example", "https://vendor.example.net/v1");
            sender.hand(report("r" + i), DomainName.of("d" + i + ".example"));
        }
        world.clock.advance(Sending.WINDOW);
        sender.sendDue();

        assertThat(world.posts).hasSize(1);
        assertThat(world.outcomes()).hasSize(50).allMatch(DeliveryOutcome::isRetried);
        world.servers.put("vendor.example.net/v1", OK);
        world.run(sender, Duration.ofMinutes(10));
        assertThat(world.endings()).hasSize(50).containsOnly(Ending.DELIVERED);
    }

    // ---- mail ----

    @ParameterizedTest
    @CsvSource({"TEMPORARY, TRY_LATER, 1", "PERMANENT, REJECTED, 0", "ACCEPTED, ACCEPTED, 0"})
    void theMailTransportHasThreeAnswers(MailTransport.Verdict verdict, DeliveryOutcome outcome, int left)
            throws InterruptedException {
        world.asks("example.com", MAIL);
        world.mailServer = new MailTransport.Answer(verdict, "as it is");
        ReportSender sender = world.withOneDue(queue);
        sender.sendDue();

        assertThat(world.outcomes()).containsExactly(outcome);
        assertThat(sender.waiting()).isEqualTo(left);
    }

    @Test
    void noMailGoesWithoutASignatureAndHttpsWorks() throws InterruptedException {
        world.asks("example.com", MAIL, A);
        world.servers.put("a.example.com/v1", OK);
        world.signer = (submitter, message) -> Optional.empty();
        world.withOneDue(queue).sendDue();

        assertThat(world.mails).isEmpty();
        assertThat(world.outcomes()).containsExactly(DeliveryOutcome.NOT_SIGNED, DeliveryOutcome.ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=1; d=sender.example; s=x; l=100; h=From:TLS-Report-Domain:TLS-Report-Submitter; b=",
                "v=1; d=sender.example; s=x; l =100; h=From:TLS-Report-Domain:TLS-Report-Submitter; b=",
                "v=1; d=elsewhere.example; s=x; h=From:TLS-Report-Domain:TLS-Report-Submitter; b=",
                "v=1; d=sender.example; s=x; h=From:TLS-Report-Domain; b=",
                "v=1"
            })
    void aSignatureThatIsOfNoUseIsNotSent(String value) throws InterruptedException {
        world.asks("example.com", MAIL);
        world.signer = (submitter, message) -> Optional.of(new HeaderField("DKIM-Signature", value));
        world.withOneDue(queue).sendDue();

        assertThat(world.mails).isEmpty();
        assertThat(world.outcomes()).containsExactly(DeliveryOutcome.FAILED_HERE);
    }

    @Test
    void aSenderWithoutTransportsSaysSo() throws InterruptedException {
        world.asks("example.com", MAIL, A);
        ReportSender sender = ReportSender.builder(queue, world::lookup)
                .clock(world.clock)
                .listener(new SendingListener() {
                    @Override
                    public void attempted(Attempt attempt) {
                        world.attempts.add(attempt);
                    }
                })
                .build();
        try (sender) {
            world.withOneDue(sender).sendDue();
        }

        assertThat(world.outcomes()).containsExactly(DeliveryOutcome.NOT_CONFIGURED, DeliveryOutcome.NOT_CONFIGURED);
    }

    @Test
    void aGuestThatThrowsCostsNobodyElse() throws InterruptedException {
        world.asks("example.com", MAIL, A);
        world.servers.put("a.example.com/v1", OK);
        world.signer = (submitter, message) -> {
            throw new IllegalStateException("no key today");
        };
        SendingListener angry = new SendingListener() {
            @Override
            public void attempted(Attempt attempt) {
                world.attempts.add(attempt);
                throw new IllegalStateException("no news today");
            }

            @Override
            public void ended(End end) {
                world.ends.add(end);
                throw new IllegalStateException("no news today");
            }
        };
        ReportSender sender = world.withOneDue(world.in(queue, builder -> builder.listener(angry)));
        sender.sendDue();

        assertThat(world.outcomes()).containsExactly(DeliveryOutcome.FAILED_HERE, DeliveryOutcome.ACCEPTED);
        assertThat(world.endings()).containsExactly(Ending.DELIVERED);
        assertThat(sender.waiting()).isZero();
    }

    @Test
    void aConfigurationThatThrowsIsTriedForADay() throws InterruptedException {
        world.asks("example.com", A);
        ReportSender sender = world.in(
                queue,
                builder -> builder.rewrite(uri -> {
                    throw new IllegalStateException("not today");
                }));
        world.run(world.withOneDue(sender), Duration.ofHours(25));

        assertThat(world.endings()).containsExactly(Ending.EXPIRED);
    }

    // ---- configuration ----

    @Test
    void destinationsAreRewritten() throws InterruptedException {
        world.asks("example.com", A, B);
        ReportUri mine = new ReportUri.Mailto("mailto:me@sender.example", MailAddress.of("me@sender.example"));
        world.withOneDue(world.in(queue, builder -> builder.rewrite(uri -> mine).thirdPartyLimit(1)))
                .sendDue();

        assertThat(world.posts).isEmpty();
        assertThat(world.mails).containsExactly("tls-reports@sender.example to me@sender.example");
    }

    @Test
    void aSuppressedDomainGetsNoReport() throws InterruptedException {
        world.asks("example.com", A);
        world.withOneDue(world.in(queue, builder -> builder.suppress(List.of(DOMAIN))))
                .sendDue();

        assertThat(world.posts).isEmpty();
        assertThat(world.endings()).containsExactly(Ending.SUPPRESSED);
    }

    @Test
    void nothingGoesToASuppressedDestination() throws InterruptedException {
        world.asks("example.com", "https://r.vendor.example.net/", "mailto:tls@vendor.example.net", A);
        world.servers.put("a.example.com/v1", OK);
        world.withOneDue(world.in(queue, builder -> builder.suppress(List.of(DomainName.of("vendor.example.net")))))
                .sendDue();

        assertThat(world.outcomes())
                .containsExactly(DeliveryOutcome.SUPPRESSED, DeliveryOutcome.SUPPRESSED, DeliveryOutcome.ACCEPTED);
        assertThat(world.mails).isEmpty();
    }

    @Test
    void aThirdPartyGetsSoManyADayAndNoMore() throws InterruptedException {
        ReportSender sender = world.in(queue, builder -> builder.thirdPartyLimit(3));
        world.servers.put("victim.example.net/", OK);
        for (int i = 0; i < 10; i++) {
            world.asks("d" + i + ".example", "https://victim.example.net/");
            sender.hand(report("r" + i), DomainName.of("d" + i + ".example"));
        }
        world.clock.advance(Sending.WINDOW);
        sender.sendDue();

        assertThat(world.posts).hasSize(3);
        assertThat(world.endings()).hasSize(10).containsOnly(Ending.DELIVERED, Ending.REFUSED);
        assertThat(world.outcomes().stream().filter(DeliveryOutcome.OVER_LIMIT::equals))
                .hasSize(7);

        world.clock.advance(Duration.ofDays(1));
        sender.hand(report("tomorrow"), DomainName.of("d0.example"));
        world.run(sender, Duration.ofHours(5));
        assertThat(world.posts).hasSize(4);
    }

    @Test
    void aDomainsOwnHostsHaveNoLimit() throws InterruptedException {
        ReportSender sender = world.in(queue, builder -> builder.thirdPartyLimit(1));
        world.asks("example.com", A);
        world.servers.put("a.example.com/v1", OK);
        for (int i = 0; i < 5; i++) {
            sender.hand(report("r" + i), DOMAIN);
        }
        world.clock.advance(Sending.WINDOW);
        sender.sendDue();

        assertThat(world.posts).hasSize(5);
    }

    @Test
    void valuesThatMakeNoSenseAreRefused() {
        ReportSender.Builder builder = ReportSender.builder(queue, name -> new TxtLookup.None(Duration.ZERO));

        assertThatThrownBy(() -> builder.capacity(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.concurrency(257)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.thirdPartyLimit(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- when ----

    @Test
    void thousandReportsOfADayAreSpreadOverFourHoursAfterMidnight() throws InterruptedException {
        world.clock.set(Sending.MIDNIGHT.minusSeconds(60)); // The collector may be a little early.
        ReportSender sender = world.in(queue);
        world.servers.put("a.example.com/v1", OK);
        world.asks("example.com", A);
        for (int i = 0; i < 1000; i++) {
            sender.hand(report("r" + i), DOMAIN);
        }
        world.clock.set(Sending.MIDNIGHT);
        sender.sendDue();
        assertThat(world.posts).isEmpty();

        List<Integer> perQuarter = new ArrayList<>();
        for (int quarter = 0; quarter < 16; quarter++) {
            world.clock.advance(Duration.ofMinutes(15));
            perQuarter.add(sender.sendDue());
        }
        assertThat(perQuarter).allSatisfy(count -> assertThat(count).isBetween(30, 100));
        assertThat(world.posts).hasSize(1000);
    }

    @Test
    void pausesGrow() throws InterruptedException {
        world.asks("example.com", A);
        world.servers.put("a.example.com/v1", status(503));
        ReportSender sender = world.withOneDue(queue);
        List<Long> minutes = new ArrayList<>();
        for (long minute = 0; minute <= 25 * 60; minute++) {
            if (sender.sendDue() > 0) {
                minutes.add(minute);
            }
            world.clock.advance(Duration.ofMinutes(1));
        }

        assertThat(minutes.get(0)).isZero();
        assertThat(minutes.get(1)).isBetween(4L, 7L);
        assertThat(minutes.get(2) - minutes.get(1)).isBetween(8L, 13L);
        assertThat(minutes.get(5) - minutes.get(4)).isBetween(64L, 97L);
        assertThat(minutes.get(minutes.size() - 1)).isEqualTo(24 * 60);
    }

    // ---- threads ----

    @Test
    void noMoreAreSentAtOnceThanAllowed() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Semaphore two = new Semaphore(0);
        ReportSender sender = world.in(
                queue,
                builder -> builder.concurrency(2).https((host, target, type, body) -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    two.release();
                    two.tryAcquire(2, 50, TimeUnit.MILLISECONDS);
                    inside.decrementAndGet();
                    return OK;
                }));
        world.asks("example.com", A);
        for (int i = 0; i < 20; i++) {
            sender.hand(report("r" + i), DOMAIN);
        }
        world.clock.advance(Sending.WINDOW);
        sender.sendDue();

        assertThat(most.get()).isBetween(1, 2);
        assertThat(world.endings()).hasSize(20);
    }

    @Test
    void closeEndsWhatGoesOnAndItIsTriedAfterTheNextStart() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ReportSender sender = world.withOneDue(world.in(
                queue,
                builder -> builder.https((host, target, type, body) -> {
                    begun.countDown();
                    new CountDownLatch(1).await(); // A server that says nothing.
                    return OK;
                })));
        world.asks("example.com", A);
        Thread sending = new Thread(
                () -> {
                    try {
                        sender.sendDue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "test-sending");
        sending.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        sender.close();
        sending.join(30_000);

        assertThat(sending.isAlive()).isFalse();
        assertNoThreadIsLeft();
        assertThatThrownBy(() -> sender.hand(report("r2"), DOMAIN)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sender::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sender::sendDue).isInstanceOf(IllegalStateException.class);
        world.servers.put("a.example.com/v1", OK);
        world.run(world.in(queue), Duration.ofMinutes(7));
        assertThat(world.endings()).containsExactly(Ending.DELIVERED);
    }

    @Test
    void startedItSendsByItself() throws InterruptedException {
        world.asks("example.com", A);
        CountDownLatch posted = new CountDownLatch(1);
        ReportSender sender = world.withOneDue(world.in(
                queue,
                builder -> builder.https((host, target, type, body) -> {
                    posted.countDown();
                    return OK;
                })));
        sender.start();

        assertThat(posted.await(30, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(sender::start).isInstanceOf(IllegalStateException.class);
        sender.close();
        assertNoThreadIsLeft();
    }

    @Test
    void closeReleasesWhoWaitsForReportsThatWereNotBegun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ReportSender sender = world.in(
                queue,
                builder -> builder.concurrency(1).https((host, target, type, body) -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return OK;
                }));
        world.asks("example.com", A);
        for (int i = 0; i < 20; i++) {
            sender.hand(report("r" + i), DOMAIN);
        }
        world.clock.advance(Sending.WINDOW);
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> due = caller.submit(sender::sendDue);
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            sender.close();
            assertThat(due.get(30, TimeUnit.SECONDS)).isEqualTo(20);
        } finally {
            caller.shutdownNow();
        }
        assertThat(world.in(queue).waiting()).isEqualTo(20);
    }

    /** A thread that has done its work may take a moment to end. */
    private static void assertNoThreadIsLeft() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("mtasts4j-report")) {
                thread.join(5_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    // ---- handing in ----

    @Test
    void theSameReportIsQueuedOnceAndNotAgainAfterItWasSent() throws InterruptedException {
        world.asks("example.com", A);
        world.servers.put("a.example.com/v1", OK);
        ReportSender sender = world.in(queue);

        assertThat(sender.hand(report("r1"), DOMAIN)).isEqualTo(Handover.QUEUED);
        assertThat(sender.hand(report("r1"), DOMAIN)).isEqualTo(Handover.KNOWN);
        assertThat(sender.hand(report("r1"), DomainName.of("other.example"))).isEqualTo(Handover.QUEUED);
        world.run(sender, Duration.ofHours(5));
        assertThat(sender.hand(report("r1"), DOMAIN)).isEqualTo(Handover.KNOWN);
        world.clock.advance(Duration.ofDays(3));
        sender.sendDue();
        assertThat(sender.hand(report("r1"), DOMAIN)).isEqualTo(Handover.KNOWN);
        world.clock.advance(Duration.ofDays(3));
        sender.sendDue();
        assertThat(sender.hand(report("r1"), DOMAIN)).isEqualTo(Handover.QUEUED);
        assertThat(world.posts).hasSize(1);
    }
}
