// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.dns.DaneLookup;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/postfix.md}, and what it does with a DNS. */
@Timeout(60)
final class PostfixPageTest {

    private final DnsServer world = DnsServer.start();
    private final DnsJavaResolver dns = DnsJavaResolver.servers(world.address()).build();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void thePageShowsTheVeryCodeThatIsTestedHere() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/github/mtasts4j/postfix/PostfixPageTest.java"));
        String page = Files.readString(Path.of("../docs/postfix.md"));
        for (String region : List.of("server", "dane")) {
            String code = source.split("// \\[/?" + region + "]\n", -1)[1];
            assertThat(page).contains(code.stripTrailing().stripIndent());
        }
    }

    @Test
    void theNamesOfThePageAreThoseOfTheDns() throws Exception {
        Domains domains = new Domains().publish("example.com", "enforce", "*.example.com");
        world.mx("example.com", 10, "mx.example.com");
        PostfixMetrics metrics = new PostfixMetrics();
        try (MtaSts sts = domains.sts().listener(metrics).build()) {
            MxLookup mx = dns.mxLookup();
            Responder responder = new Responder(PostfixServer.builder(sts)
                    .mxNames(domain -> mx.lookup(domain).candidates())
                    .dane(daneCheck(dns)));
            assertThat(responder.answer("postfix example.com").toString())
                    .endsWith(":OK secure match=mx.example.com servername=hostname,");
        }
    }

    static AutoCloseable start(MtaSts sts, DnsJavaResolver dns, PostfixMetrics metrics) throws IOException {
        // [server]
        InetAddress loopback = InetAddress.getLoopbackAddress();
        MxLookup mx = dns.mxLookup();
        PostfixServer server = PostfixServer.builder(sts)
                .metrics(metrics)
                .mxNames(domain -> mx.lookup(domain).candidates())
                .dane(daneCheck(dns)) // Only for a Postfix that does DANE.
                .listen(new InetSocketAddress(loopback, 8461));
        MetricsServer pages = MetricsServer.start(new InetSocketAddress(loopback, 8462), metrics);
        // [/server]
        return () -> {
            pages.close();
            server.close();
        };
    }

    // [dane]
    private static DaneCheck daneCheck(DnsJavaResolver dns) {
        MxLookup mx = dns.mxLookup();
        DaneLookup dane = dns.daneLookup();
        return hop -> {
            if (hop.port().isEmpty()) {
                return DaneOutcome.ERROR;
            }
            int port = hop.port().getAsInt();
            if (hop.smartHost()) {
                return dane.lookup(hop.name(), port).planned();
            }
            MxLookup.Answer answer = mx.lookup(hop.name());
            if (answer instanceof MxLookup.Unavailable) {
                return DaneOutcome.ERROR;
            }
            List<DaneOutcome> hosts = new ArrayList<>();
            for (DomainName host : answer.candidates()) {
                hosts.add(dane.lookup(answer, host, port).planned());
            }
            return DaneCheck.overall(hosts);
        };
    }
    // [/dane]

    private DaneOutcome dane(String hop) throws InterruptedException {
        return daneCheck(dns).planned(NextHop.parse(hop).orElseThrow());
    }

    @Test
    void theDaneCheckOfThePageFollowsTheRecordsOfTheDomainsHosts() throws Exception {
        world.mx("signed.example", 10, "mx.signed.example")
                .host("mx.signed.example", "192.0.2.1")
                .signed("signed.example")
                .tlsa("_25._tcp.mx.signed.example", 3, 1, 1, new byte[32])
                .mx("plain.example", 10, "mx.signed.example");
        assertThat(dane("signed.example")).isEqualTo(DaneOutcome.PASSED);
        assertThat(dane("signed.example:587")).isEqualTo(DaneOutcome.NOT_APPLICABLE);
        assertThat(dane("signed.example:unheard-of")).isEqualTo(DaneOutcome.ERROR);
        assertThat(dane("[mx.signed.example]")).isEqualTo(DaneOutcome.PASSED);
        assertThat(dane("plain.example")).isEqualTo(DaneOutcome.NOT_APPLICABLE);
    }
}
