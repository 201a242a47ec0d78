// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.jakartamail.MxConnector;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.ReceivedCommand;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.tls.MxTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RelayTest {

    private static final String ALICE = "alice@example.com";
    private static final String BOB = "bob@sender.example";
    private static final String MX = "mx.example.com";
    private static final String TEXT = "From: <bob@sender.example>\r\nSubject: Hello\r\n\r\nHello, Alice.\r\n.\r\n";
    private static final Duration FIVE_DAYS = Duration.ofDays(5);

    private final StsWorld world = StsWorld.start();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    private ApachePolicyFetcher fetcher;
    private MtaSts sts;
    private Spool spool;
    private Relay relay;

    @BeforeEach
    void start() throws Exception {
        DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address()).build();
        fetcher = ApachePolicyFetcher.builder()
                .addresses(dns.addressLookup())
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(world.verifier())
                .port(world.policyHost().port())
                .build();
        sts = MtaSts.builder(dns.txtLookup(), fetcher)
                .clock(world.clock())
                .withoutRefresh()
                .build();
        Properties sender = new Properties();
        sender.setProperty("mail.smtp.localhost", "sender.example");
        MxConnector connector = new MxConnector(sts, new MxTls(world.verifier(), world.clock()), sender);
        spool = new Spool(directory);
        relay = new Relay(
                sts,
                spool,
                new Delivery(connector, dns.mxLookup(), world::addressOf),
                world.clock(),
                new PrintStream(log, true, StandardCharsets.UTF_8));
        world.domain("sender.example").mx("mx.sender.example");
    }

    @AfterEach
    void close() {
        sts.close();
        fetcher.close();
        world.close();
    }

    @Test
    void mailIsDeliveredOverTlsAndLeavesTheQueue() throws Exception {
        world.domain("example.com").mx(MX).enforces(MX);

        accept();
        relay.runOnce();

        assertThat(world.mailsTo(ALICE))
                .singleElement()
                .matches(ReceivedMail::isOverTls)
                .matches(mail -> mail.from().equals(BOB))
                .matches(mail -> mail.data().endsWith("Hello, Alice.\r\n.\r\n"));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void mailGoesToTheSecondMxWhereTheFirstMustNotHaveIt() throws Exception {
        world.domain("example.com").mx("mx.evil.example", MX).enforces(MX);

        accept();
        relay.runOnce();

        assertThat(world.mx("mx.evil.example").commands()).isEmpty();
        assertThat(world.mx(MX).mails()).hasSize(1);
    }

    @Test
    void mailWaitsForAWrongCertificateToBeMended() throws Exception {
        world.domain("example.com").mx(MX).enforces(MX);
        world.mx(MX).present(world.ca().issue("mx.elsewhere.example"));

        accept();
        relay.runOnce();

        assertThat(world.mailsTo(ALICE)).isEmpty();
        assertThat(world.mx(MX).commands())
                .extracting(ReceivedCommand::line)
                .noneMatch(line -> line.startsWith("MAIL"));
        assertThat(spool.all()).singleElement().satisfies(letter -> {
            assertThat(letter.attempts()).isEqualTo(1);
            assertThat(letter.due()).isEqualTo(world.clock().instant().plus(Duration.ofMinutes(5)));
        });

        world.mx(MX).present(world.ca().issue(MX));
        relay.runOnce();
        assertThat(world.mailsTo(ALICE)).as("before it is due").isEmpty();

        world.clock().advance(Duration.ofMinutes(5));
        relay.runOnce();
        assertThat(world.mailsTo(ALICE)).hasSize(1);
        assertThat(spool.all()).isEmpty();
    }

    @Test
    void theTimeBetweenAttemptsDoublesUpToFourHours() throws Exception {
        world.domain("example.com").mx(MX).enforces("mx.other.example");
        accept();

        for (int minutes : new int[] {5, 10, 20, 40, 80, 160, 240, 240}) {
            relay.runOnce();
            assertThat(spool.all())
                    .singleElement()
                    .extracting(Letter::due)
                    .isEqualTo(world.clock().instant().plus(Duration.ofMinutes(minutes)));
            world.clock().advance(Duration.ofMinutes(minutes));
        }
    }

    @Test
    void mailIsNotBouncedForAPolicysSakeWhileTheDnsDoesNotSayThatItStillStands() throws Exception {
        world.domain("example.com").mx(MX).enforces("mx.other.example");
        accept();
        relay.runOnce();
        world.dns().fault("_mta-sts.example.com", DnsFault.SERVFAIL);

        world.clock().advance(FIVE_DAYS);
        relay.runOnce();

        assertThat(spool.all())
                .singleElement()
                .matches(letter -> letter.recipient().equals(ALICE));
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("KEEP");
        assertThat(world.mailsTo(BOB)).isEmpty();
    }

    @Test
    void mailIsBouncedWhenTimeIsUpAndThePolicyIsTheLatestOne() throws Exception {
        world.domain("example.com").mx(MX).enforces("mx.other.example");
        accept();
        relay.runOnce();

        world.clock().advance(FIVE_DAYS);
        relay.runOnce();
        relay.runOnce();

        assertThat(log.toString(StandardCharsets.UTF_8)).contains("MAY_BOUNCE");
        assertThat(world.mailsTo(BOB))
                .singleElement()
                .matches(mail -> mail.from().isEmpty())
                .matches(mail -> mail.data().contains(ALICE));
        assertThat(spool.all()).isEmpty();
        assertThat(world.mx(MX).commands()).isEmpty();
    }

    @Test
    void mailIsTriedOnceMoreInsteadOfBouncedWhereThereIsANewPolicy() throws Exception {
        RecipientDomain domain = world.domain("example.com").mx(MX).enforces("mx.other.example");
        accept();
        relay.runOnce();
        world.clock().advance(FIVE_DAYS.minusMinutes(1));
        relay.runOnce();
        domain.publishes("2", RecipientDomain.policy(Mode.ENFORCE, Duration.ofDays(7), MX));

        world.clock().advance(Duration.ofHours(4));
        relay.runOnce();

        assertThat(world.mailsTo(ALICE)).hasSize(1);
        assertThat(world.mailsTo(BOB)).isEmpty();
    }

    @Test
    void aRecipientThatIsRefusedForGoodIsBouncedAtOnce() throws Exception {
        world.domain("example.com").mx(MX).enforces(MX);
        world.mx(MX).behave(MxFault.refuses("RCPT", 550));

        accept();
        relay.runOnce();
        relay.runOnce();

        assertThat(world.mailsTo(BOB)).hasSize(1);
        assertThat(spool.all()).isEmpty();
    }

    @Test
    void aRecipientThatIsRefusedForNowStays() throws Exception {
        world.domain("example.com").mx(MX).enforces(MX);
        world.mx(MX).behave(MxFault.refuses("RCPT", 451));

        accept();
        relay.runOnce();

        assertThat(spool.all()).hasSize(1);
        assertThat(world.mailsTo(BOB)).isEmpty();
    }

    @Test
    void aBounceThatCannotBeDeliveredEndsThere() throws Exception {
        world.domain("example.com").mx(MX).enforces(MX);
        world.mx(MX).behave(MxFault.refuses("RCPT", 550));
        spool.accept(
                "", ALICE, TEXT.getBytes(StandardCharsets.UTF_8), world.clock().instant());

        relay.runOnce();

        assertThat(spool.all()).isEmpty();
    }

    @Test
    void aRestartLosesNothingAndAHalfWrittenFileIsNoMessage() throws Exception {
        world.domain("example.com").mx(MX).enforces("mx.other.example");
        accept();
        relay.runOnce();
        Files.writeString(directory.resolve("crashed.envelope.tmp"), "from=half");
        Files.writeString(directory.resolve("orphan.eml"), "Subject: never accepted");

        Spool afterRestart = new Spool(directory);

        assertThat(afterRestart.all()).isEqualTo(spool.all()).singleElement().satisfies(letter -> {
            assertThat(letter.attempts()).isEqualTo(1);
            assertThat(afterRestart.open(letter).readAllBytes()).asString().isEqualTo(TEXT);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "from=b\nrecipient=a\n",
                "\\uBAD",
                "accepted=yesterday\nattempts=x\nfrom=\nrecipient=\ndue=\n"
            })
    void anEnvelopeThatCannotBeReadIsSetAsideAndTheOthersGoOn(String envelope) throws Exception {
        world.domain("example.com").mx(MX).enforces(MX);
        Files.writeString(directory.resolve("bad.envelope"), envelope);
        Files.writeString(directory.resolve("bad.eml"), TEXT);
        accept();

        relay.runOnce();

        assertThat(world.mailsTo(ALICE)).hasSize(1);
        assertThat(spool.all()).isEmpty();
        assertThat(directory.resolve("bad.damaged")).hasContent(envelope);
        assertThat(directory.resolve("bad.eml")).exists();
    }

    @Test
    void theSenderIsToldOfAMessageThatIsLost() throws Exception {
        Letter letter = accept();
        Files.delete(directory.resolve(letter.id() + ".eml"));

        relay.runOnce();
        relay.runOnce();

        assertThat(world.mailsTo(BOB)).hasSize(1);
        assertThat(spool.all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Delivery, walk", "Relay, bounce", "JakartaMailRelay, setup"})
    void theGuideShowsTheVeryCodeThatIsTestedHere(String file, String region) throws IOException {
        String source = Files.readString(Path.of("src/main/java/io/github/mtasts4j/examples/relay/" + file + ".java"));
        String code = source.split(" *// \\[/?" + region + "]\n", -1)[1];

        assertThat(Files.readString(Path.of("../../docs/jakarta-mail.md")))
                .contains(code.stripTrailing().stripIndent());
    }

    private Letter accept() throws IOException {
        return spool.accept(
                BOB, ALICE, TEXT.getBytes(StandardCharsets.UTF_8), world.clock().instant());
    }
}
