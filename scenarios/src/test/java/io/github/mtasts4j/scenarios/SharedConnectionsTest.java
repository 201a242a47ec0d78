// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.MemoryPolicyStore;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.smtp.MxFault;
import io.github.mtasts4j.testkit.smtp.ReceivedMail;
import io.github.mtasts4j.testkit.smtp.SmtpMx;
import io.github.mtasts4j.testkit.tls.TestCa;
import io.github.mtasts4j.tls.CertificateVerifier;
import io.github.mtasts4j.tls.MxTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The mail of many domains over few connections to the one provider they have. SMTP and TLS are real; policies come from
 * memory.
 */
@Timeout(60)
final class SharedConnectionsTest {

    private static final DomainName PROVIDER = DomainName.of("mx.provider.example");
    private static final DomainName SAME_ADDRESS = DomainName.of("mx.hostile.example");
    private static final String HOSTILE = "hostile.example";
    private static final int DOMAINS = 1000;
    private static final int THREADS = 4;
    private static final List<Mode> MODES = List.of(Mode.ENFORCE, Mode.TESTING, Mode.NONE);
    private static final Duration WEEK = Duration.ofDays(7);

    private final MovableClock clock = new MovableClock();
    private final TestCa ca = TestCa.root("Test Root");
    private final SmtpMx mx = SmtpMx.start(ca.issue(PROVIDER.toString(), SAME_ADDRESS.toString()));
    private final Map<String, String> policies = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final MtaSts sts = MtaSts.builder(this::lookUp, this::fetch)
            .withoutRefresh()
            .time(clock.time())
            .store(new MemoryPolicyStore())
            .executor(Runnable::run)
            .recorder(new TlsReportRecorder() {
                @Override
                public void sessionJudged(Instant at, DeliveryDecision decision, List<SessionResult> results) {
                    sessions.incrementAndGet();
                }
            })
            .build();
    private final SharingSender sender = new SharingSender(
            sts, new MxTls(CertificateVerifier.trusting(List.of(ca.certificate())), clock), mx.address());

    @AfterEach
    void close() {
        sender.close();
        sts.close();
        mx.close();
    }

    /** What the owner of one of the provider's domains can do to the others. */
    private record Hostility(String name, DomainName mx, String policy) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Hostility> hostilities() {
        String[] largest = IntStream.range(0, 250)
                .mapToObj(i -> "*.m" + (1000 + i) + ("." + "x".repeat(60)).repeat(4))
                .toArray(String[]::new);
        return Stream.of(
                new Hostility("another host", PROVIDER, policy(Mode.ENFORCE, "mx.nowhere.example")),
                new Hostility("as many hosts as fit", PROVIDER, policy(Mode.ENFORCE, largest)),
                new Hostility("the same address", SAME_ADDRESS, policy(Mode.ENFORCE, PROVIDER.toString())));
    }

    @ParameterizedTest
    @MethodSource("hostilities")
    void oneHostileDomainAmongAThousandHoldsUpItsOwnMailOnly(Hostility hostility) throws Exception {
        Map<String, Boolean> sent = new TreeMap<>();
        policies.put(HOSTILE, hostility.policy);
        assertThat(sts.resolve(PolicyDomain.ofDomain(HOSTILE)).mode()).isEqualTo(Mode.ENFORCE);
        List<Callable<Boolean>> mail = new ArrayList<>();
        for (int i = 1; i < DOMAINS; i++) {
            String domain = publish(i);
            mail.add(() -> send(domain, PROVIDER));
            if (i % 100 == 50) {
                mail.add(() -> !send(HOSTILE, hostility.mx));
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Boolean> asItShould : threads.invokeAll(mail)) {
                assertThat(asItShould.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }

        mx.mails().forEach(received -> sent.put(domainOf(received), received.isOverTls()));
        assertThat(sent).hasSize(DOMAINS - 1).doesNotContainKey(HOSTILE).doesNotContainValue(false);
        assertThat(mx.mails()).hasSize(DOMAINS - 1);
        assertThat(mx.handshakes()).hasSizeBetween(1, THREADS).hasSize(sender.opened());
        assertThat(sender.shared()).isEqualTo(DOMAINS - 1 - sender.opened());
        assertThat(sessions)
                .as("connections, and each time that the hostile domain's host was skipped")
                .hasValue(sender.opened() + 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate", "STARTTLS"})
    void aConnectionThatProvedNothingNeverCarriesMailThatNeedsProof(String missing) throws Exception {
        policies.put("testing.example", policy(Mode.TESTING, PROVIDER.toString()));
        policies.put("enforce.example", policy(Mode.ENFORCE, PROVIDER.toString()));
        if (missing.equals("certificate")) {
            mx.present(TestCa.root("Root of Nobody's Trust").issue(PROVIDER.toString()));
        } else {
            mx.behave(MxFault.Always.NO_STARTTLS);
        }

        assertThat(send("testing.example", PROVIDER)).isTrue();
        assertThat(send("enforce.example", PROVIDER)).isFalse();
        assertThat(sender.opened()).as("it was tried over one of its own").isEqualTo(2);

        mx.present(ca.issue(PROVIDER.toString())).behave();
        assertThat(send("enforce.example", PROVIDER)).isTrue();
        assertThat(send("testing.example", PROVIDER)).isTrue();
        assertThat(send("nothing.example", PROVIDER)).isTrue();

        assertThat(sender.opened()).isEqualTo(3);
        assertThat(sender.shared()).isEqualTo(2);
        assertThat(sessions).hasValue(3);
        assertThat(mx.mails())
                .filteredOn(mail -> domainOf(mail).equals("enforce.example"))
                .hasSize(1)
                .allMatch(ReceivedMail::isOverTls);
    }

    @Test
    void thePageShowsTheVeryCodeThatIsTestedHere() throws IOException {
        Path file = Path.of("src/test/java/io/github/mtasts4j/scenarios/SharingSender.java");
        String region = Files.readString(file).split(" *// \\[/?sharing]\n", -1)[1];

        assertThat(Files.readString(Path.of("../docs/embedding.md")))
                .contains(region.stripTrailing().stripIndent());
    }

    // ---- the world ----

    /** A domain of each mode and one without a policy, in turn. */
    private String publish(int number) {
        String domain = "d" + number + ".example";
        if (number % 4 < MODES.size()) {
            policies.put(domain, policy(MODES.get(number % 4), PROVIDER.toString()));
        }
        return domain;
    }

    private boolean send(String domain, DomainName host) throws InterruptedException {
        PolicyResolution policy = sts.resolve(PolicyDomain.ofDomain(domain));
        return sender.send(policy, host, "alice@" + domain);
    }

    private TxtLookup.Answer lookUp(DomainName name) {
        String domain = name.toString().replace("_mta-sts.", "");
        return policies.containsKey(domain)
                ? new TxtLookup.Records(
                        List.of("v=STSv1; id=1;".getBytes(StandardCharsets.US_ASCII)), Duration.ofDays(1))
                : new TxtLookup.None(Duration.ofDays(1));
    }

    private PolicyFetcher.Result fetch(PolicyFetcher.Request request) {
        String body = policies.getOrDefault(request.domain().toString(), "");
        return new PolicyFetcher.Response(
                200, List.of("text/plain"), List.of(), body.getBytes(StandardCharsets.US_ASCII));
    }

    private static String policy(Mode mode, String... patterns) {
        return RecipientDomain.policy(mode, WEEK, patterns);
    }

    private static String domainOf(ReceivedMail mail) {
        return mail.recipients().stream()
                .map(recipient -> recipient.substring(recipient.indexOf('@') + 1))
                .collect(Collectors.joining(" "));
    }
}
