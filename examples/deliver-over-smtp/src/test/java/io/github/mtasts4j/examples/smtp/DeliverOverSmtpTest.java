// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.tls.MxTls;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DeliverOverSmtpTest {

    private static final String ALICE = "alice@example.com";

    private final StsWorld world = StsWorld.start();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private ApachePolicyFetcher fetcher;
    private MtaSts sts;
    private DeliverOverSmtp sender;

    @BeforeEach
    void makeSender() {
        DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address()).build();
        fetcher = ApachePolicyFetcher.builder()
                .addresses(dns.addressLookup())
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(world.verifier())
                .port(world.policyHost().port())
                .build();
        sts = MtaSts.builder(dns.txtLookup(), fetcher).clock(world.clock()).build();
        sender = new DeliverOverSmtp(
                sts,
                new MxTls(world.verifier(), world.clock()),
                dns.mxLookup(),
                world::addressOf,
                Duration.ofSeconds(20),
                new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        sts.close();
        fetcher.close();
        world.close();
    }

    @Test
    void mailArrivesOverTlsWhereTheMxIsListedAndProved() throws Exception {
        world.domain("example.com").mx("mx.example.com").enforces("mx.example.com");

        assertThat(send()).isTrue();
        assertThat(world.mailsTo(ALICE)).hasSize(1).allMatch(ReceivedMail::isOverTls);
    }

    @Test
    void mailGoesToTheSecondMxWhereTheFirstMustNotHaveIt() throws Exception {
        world.domain("example.com").mx("mx.evil.example", "mx.example.com").enforces("mx.example.com");

        assertThat(send()).isTrue();
        assertThat(world.mx("mx.evil.example").mails()).isEmpty();
        assertThat(world.mx("mx.example.com").mails()).hasSize(1);
    }

    @Test
    void mailStaysInTheQueueWhereStartTlsIsStrippedAndTheLogTellsThePostmasterWhy() throws Exception {
        world.domain("example.com").mx("mx.example.com").enforces("mx.example.com");
        world.mx("mx.example.com").behave(MxFault.Always.NO_STARTTLS);

        assertThat(send()).isFalse();
        assertThat(world.mailsTo(ALICE)).isEmpty();
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("mx.example.com", "STARTTLS not offered", "§4.2");
    }

    @Test
    void mailGoesInTheClearWhereThePolicyIsOnlyTested() throws Exception {
        world.domain("example.com").mx("mx.example.com").tests("mx.example.com");
        world.mx("mx.example.com").behave(MxFault.Always.NO_STARTTLS);

        assertThat(send()).isTrue();
        assertThat(world.mailsTo(ALICE)).hasSize(1).noneMatch(ReceivedMail::isOverTls);
    }

    @Test
    void theReadmeShowsTheVeryCodeThatIsTestedHere() throws Exception {
        Path root = Path.of("../..").toAbsolutePath().normalize();
        String source = Files.readString(root.resolve(
                "examples/deliver-over-smtp/src/main/java/io/github/mtasts4j/examples/smtp/DeliverOverSmtp.java"));
        String region = source.substring(source.indexOf("// [readme]\n") + 12, source.indexOf("        // [/readme]"));

        assertThat(Files.readString(root.resolve("README.md")))
                .contains(region.stripTrailing().stripIndent());
    }

    private boolean send() throws InterruptedException {
        return sender.deliver("bob@sender.example", ALICE, "Subject: Hello\n\nHello, Alice.\n.\n");
    }
}
