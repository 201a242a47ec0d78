// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import static io.github.mtasts4j.tlsreport.send.Sending.OK;
import static io.github.mtasts4j.tlsreport.send.Sending.report;
import static io.github.mtasts4j.tlsreport.send.Sending.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.report.FailureDetail;
import io.github.mtasts4j.report.ResultType;
import io.github.mtasts4j.tlsreport.AppliedPolicy;
import io.github.mtasts4j.tlsreport.FailureCount;
import io.github.mtasts4j.tlsreport.FailureKey;
import io.github.mtasts4j.tlsreport.PolicyReport;
import io.github.mtasts4j.tlsreport.ReportFormat;
import io.github.mtasts4j.tlsreport.Samples;
import io.github.mtasts4j.tlsreport.SessionCounts;
import io.github.mtasts4j.tlsreport.TlsReport;
import io.github.mtasts4j.tlsreport.send.ReportSender.Handover;
import io.github.mtasts4j.tlsreport.send.SendingListener.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left after a crash, and what a disk that fails does. */
final class QueueOnDiskTest {

    private static final DomainName DOMAIN = DomainName.of("example.com");

    private final Sending world = new Sending();

    @TempDir
    private Path temporary;

    private Path queue;

    @BeforeEach
    void someServers() {
        queue = temporary.resolve("var/queue");
        world.asks("example.com", "https://a.example.com/", "https://b.example.com/");
        world.servers.put("a.example.com/", OK);
        world.servers.put("b.example.com/", OK);
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** The directory as a machine that lost its power now would find it. */
    private Path crashed() throws IOException {
        Path copy = Files.createTempDirectory(temporary, "crashed");
        try (Stream<Path> files = Files.walk(queue)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(queue.relativize(file).toString());
                Files.createDirectories(target.resolveSibling("."));
                Files.copy(file, target);
            }
        }
        return copy;
    }

    private static List<Path> reports(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".report")).toList();
        }
    }

    @Test
    void aReportThatWasHandedInIsSentAfterACrash() throws Exception {
        TlsReport report = Samples.random(new Random(3)).capped();
        assertThat(world.in(queue).hand(report, DOMAIN)).isEqualTo(Handover.QUEUED);
        ReportSender next = world.in(crashed());
        assertThat(next.waiting()).isEqualTo(1);
        assertThat(next.hand(report, DOMAIN)).isEqualTo(Handover.KNOWN);
        world.run(next, Duration.ofHours(5));

        assertThat(world.posts).hasSize(2).allMatch(post -> post.endsWith(report.reportId()));
    }

    @Test
    void whatWasSentIsNotSentAgainAfterACrash() throws Exception {
        world.withOneDue(queue).sendDue();
        ReportSender next = world.in(crashed());
        world.run(next, Duration.ofHours(5));

        assertThat(next.waiting()).isZero();
        assertThat(next.hand(report("r1"), DOMAIN)).isEqualTo(Handover.KNOWN);
        assertThat(world.posts).hasSize(2);
    }

    @Test
    void aCrashBeforeAReportIsDeletedDoesNotSendItAgain() throws Exception {
        ReportSender sender = world.withOneDue(queue);
        Path image = crashed();
        sender.sendDue();
        Path log = queue.resolve("ended-2026-01-02.log");
        Files.copy(log, image.resolve(log.getFileName()));
        ReportSender next = world.in(image);

        assertThat(next.waiting()).isZero();
        assertThat(reports(image)).isEmpty();
    }

    @Test
    void whereAReportStandsOutlivesACrash() throws Exception {
        world.servers.put("a.example.com/", status(404));
        world.servers.put("b.example.com/", status(503));
        world.run(world.withOneDue(queue), Duration.ofHours(20));
        ReportSender next = world.in(crashed());
        world.run(next, Duration.ofHours(5));

        assertThat(world.posts.stream().filter(post -> post.startsWith("a."))).hasSize(1);
        assertThat(world.endings()).contains(Ending.EXPIRED);
        assertThat(next.waiting()).isZero();
    }

    @Test
    void aCrashInTheMidstOfAnAttemptMeansAnotherOneLaterAndNotAtOnce() throws Exception {
        List<Path> images = new ArrayList<>();
        ReportSender sender = world.withOneDue(world.in(
                queue,
                builder -> builder.https((host, target, type, body) -> {
                    try {
                        images.add(crashed());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return OK;
                })));
        sender.sendDue();
        ReportSender next = world.in(images.get(0));
        next.sendDue();
        assertThat(world.posts).isEmpty();

        world.run(next, Duration.ofMinutes(8));
        assertThat(world.posts).hasSize(2);
    }

    @Test
    void noDamageThrowsAndTheOthersAreSent() throws Exception {
        ReportSender sender = world.in(queue);
        for (int i = 0; i < 300; i++) {
            sender.hand(report("r" + i), DOMAIN);
        }
        Path image = crashed();
        Random random = new Random(11);
        List<Path> files = reports(image);
        for (Path file : files.subList(0, 299)) {
            Files.write(file, damaged(Files.readAllBytes(file), random));
        }
        ReportSender next = world.in(image);
        assertThat(next.waiting()).isEqualTo(1);
        world.run(next, Duration.ofHours(5));

        assertThat(world.posts).hasSize(2);
        try (Stream<Path> aside = Files.list(image.resolve("damaged"))) {
            assertThat(aside).hasSize(299);
        }
    }

    private static byte[] damaged(byte[] octets, Random random) {
        byte[] copy = octets.clone();
        switch (random.nextInt(4)) {
            case 0 -> copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(7));
            case 1 -> copy = Arrays.copyOf(copy, random.nextInt(copy.length));
            case 2 -> copy = Arrays.copyOf(copy, copy.length + 1 + random.nextInt(5));
            default -> random.nextBytes(copy);
        }
        return copy;
    }

    @Test
    void damageThatComesLaterIsPutAsideWhenItsTurnComes() throws Exception {
        ReportSender sender = world.withOneDue(queue);
        Files.writeString(reports(queue).get(0), "something else");
        sender.sendDue();

        assertThat(world.endings()).containsExactly(Ending.DAMAGED);
        assertThat(sender.waiting()).isZero();
        assertThat(reports(queue)).isEmpty();
    }

    @Test
    void oneReportUnderTheNameOfAnotherIsDamage() throws Exception {
        world.in(queue).hand(report("r1"), DOMAIN);
        Path image = crashed();
        Files.copy(reports(image).get(0), image.resolve("0123.report"));
        ReportSender next = world.in(image);

        assertThat(next.waiting()).isEqualTo(1);
        assertThat(image.resolve("damaged/0123.report")).exists();
    }

    @Test
    void aFileOfALaterReleaseIsLeftAlone() throws Exception {
        Files.createDirectories(queue);
        Path later = Files.writeString(queue.resolve("0123.report"), "mtasts4j-tls-report 2\nwhatever\n\n");
        ReportSender sender = world.in(queue);
        world.run(sender, Duration.ofMinutes(5));

        assertThat(sender.waiting()).isZero();
        assertThat(later).exists();
    }

    @Test
    void whatAWriterLeftHalfDoneIsSweptAndATornLineOfTheLogHarmsNothing() throws Exception {
        world.withOneDue(queue).sendDue();
        Path image = crashed();
        Path half = Files.writeString(image.resolve("temp-123"), "mtasts4j-tls-rep");
        Files.writeString(
                image.resolve("ended-2026-01-02.log"),
                Files.readString(queue.resolve("ended-2026-01-02.log")) + "\n0f3");
        Files.writeString(image.resolve("ended-yesterday.log"), "x");
        world.clock.set(Sending.MIDNIGHT);
        ReportSender next = world.in(image);

        assertThat(half).doesNotExist();
        assertThat(next.hand(report("r1"), DOMAIN)).isEqualTo(Handover.KNOWN);
        next.hand(report("r2"), DOMAIN);
        world.run(next, Duration.ofHours(4));
        next.close();
        assertThat(world.in(image).hand(report("r2"), DOMAIN)).isEqualTo(Handover.KNOWN);
    }

    @Test
    void aDirectoryThatIsGoneLosesAndRepeatsNothing() throws Exception {
        ReportSender sender = world.withOneDue(queue);
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(queue, elsewhere);

        assertThatThrownBy(() -> sender.hand(report("r2"), DOMAIN)).isInstanceOf(UncheckedIOException.class);
        assertThat(sender.sendDue()).isEqualTo(1);
        assertThat(world.posts).isEmpty();

        Files.move(elsewhere, queue);
        sender.sendDue();
        assertThat(world.posts).hasSize(2);
        assertThat(sender.hand(report("r2"), DOMAIN)).isEqualTo(Handover.QUEUED);
    }

    @Test
    void anEndThatCannotBeWrittenDownIsRememberedUntilItCan() throws Exception {
        ReportSender sender = world.withOneDue(queue);
        Path log = Files.createDirectory(queue.resolve("ended-2026-01-02.log")); // As good as a full disk.
        sender.sendDue();
        world.run(sender, Duration.ofHours(2));
        assertThat(world.posts).hasSize(2);
        assertThat(sender.hand(report("r1"), DOMAIN)).isEqualTo(Handover.KNOWN);
        assertThat(reports(queue)).hasSize(1);

        Files.delete(log);
        sender.sendDue();
        assertThat(reports(queue)).isEmpty();
        assertThat(Files.readString(log)).isNotBlank();
    }

    @Test
    void aQueueThatIsFullSaysSo() {
        ReportSender sender = world.in(queue, builder -> builder.capacity(2));

        assertThat(IntStream.range(0, 3).mapToObj(i -> sender.hand(report("r" + i), DOMAIN)))
                .containsExactly(Handover.QUEUED, Handover.QUEUED, Handover.FULL);
    }

    @Test
    void aReportThatNobodyWouldTakeIsRefused() {
        List<FailureCount> failures = IntStream.range(0, 100)
                .mapToObj(i -> new FailureCount(
                        FailureKey.of(new FailureDetail(ResultType.VALIDATION_FAILURE, "x".repeat(255)))
                                .withInformation("y".repeat(1020) + i)
                                .withHelo("\\".repeat(250) + i),
                        1))
                .toList();
        List<PolicyReport> policies = IntStream.range(0, 32)
                .mapToObj(i -> new PolicyReport(
                        AppliedPolicy.tlsa(DomainName.of("mx" + i + ".example.com"), lines(i)),
                        new SessionCounts(1, 1),
                        failures))
                .toList();
        TlsReport large = new TlsReport("Sender", Samples.DAY, Samples.CONTACT, "large", policies);
        Handover handover = world.in(queue).hand(large, DOMAIN);

        int octets = ReportFormat.JSON.write(large.capped()).length;
        assertThat(handover).isEqualTo(octets > 10 << 20 ? Handover.TOO_LARGE : Handover.QUEUED);
    }

    private static List<String> lines(int i) {
        return IntStream.range(0, 256)
                .mapToObj(j -> "3 1 1 " + "\\".repeat(900) + i + j)
                .toList();
    }

    @Test
    void aQueueHasOneSender() {
        ReportSender sender = world.in(queue);

        assertThatThrownBy(() -> world.in(queue)).isInstanceOf(UncheckedIOException.class);
        sender.close();
        assertThat(world.in(queue).waiting()).isZero();
    }

    @Test
    void aClockThatWasWrongKeepsNoReportForLong() throws Exception {
        world.clock.set(Sending.MIDNIGHT.plus(Duration.ofDays(3650)));
        ReportSender sender = world.in(queue);
        sender.hand(report("r1"), DOMAIN);
        world.clock.set(Sending.MIDNIGHT);
        sender.sendDue();

        assertThat(world.endings()).containsExactly(Ending.DELIVERED);
    }

    @Test
    void theFileIsReadableForAPerson() throws Exception {
        world.in(queue).hand(report("r1"), DOMAIN);

        assertThat(Files.readString(reports(queue).get(0), StandardCharsets.UTF_8))
                .startsWith("mtasts4j-tls-report 1\ndomain: example.com\nreport-id: r1\ndue: 2026-01-02T0")
                .contains("\nfirst-attempt: never\nattempts: 0\nsha-256: ", "\n\n{\"organization-name\":\"Sender\"");
    }
}
