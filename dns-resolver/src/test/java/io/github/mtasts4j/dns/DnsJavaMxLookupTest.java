// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.dns.MxLookup.Answer;
import io.github.mtasts4j.dns.MxLookup.Hosts;
import io.github.mtasts4j.dns.MxLookup.ImplicitMx;
import io.github.mtasts4j.dns.MxLookup.NoSuchDomain;
import io.github.mtasts4j.dns.MxLookup.NoUsableHost;
import io.github.mtasts4j.dns.MxLookup.NullMx;
import io.github.mtasts4j.dns.MxLookup.Unavailable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsJavaMxLookupTest {

    private static final String DOMAIN = "example.com";
    private static final Duration TTL = Duration.ofMinutes(5);

    private final DnsServer dns = DnsServer.start();
    private final MxLookup lookup = DnsJavaResolver.servers(dns.address())
            .random(new Random(8461))
            .build()
            .mxLookup();

    @AfterEach
    void stopServer() {
        dns.close();
    }

    @Test
    void theLowestPreferenceComesFirst() throws InterruptedException {
        dns.mx(DOMAIN, 30, "c.example.com").mx(DOMAIN, 10, "A.Example.COM").mx(DOMAIN, 20, "b.example.com");

        assertThat(ask()).isEqualTo(new Hosts(List.of(mx(10, "a"), mx(20, "b"), mx(30, "c")), List.of(), TTL));
    }

    @Test
    void equalPreferencesComeInAnyOrder() throws InterruptedException {
        dns.mx(DOMAIN, 20, "z.example.com").mx(DOMAIN, 10, "a.example.com");
        dns.mx(DOMAIN, 10, "b.example.com").mx(DOMAIN, 10, "c.example.com");

        Set<List<MxHost>> orders = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            orders.add(((Hosts) ask()).hosts());
        }

        assertThat(orders).hasSize(6).allSatisfy(order -> assertThat(order).endsWith(mx(20, "z")));
    }

    @Test
    void anMxThatIsACnameStaysItsOwn() throws InterruptedException {
        dns.mx(DOMAIN, 10, "mx.example.com").cname("mx.example.com", "elsewhere.example");

        assertThat(((Hosts) ask()).hosts()).containsExactly(mx(10, "mx"));
        assertThat(dns.queriedNames()).containsExactly(DOMAIN);
    }

    @Test
    void underscoresAreKept() throws InterruptedException {
        dns.mx(DOMAIN, 10, "mx_1.example.com");

        assertThat(((Hosts) ask()).hosts()).containsExactly(mx(10, "mx_1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1",
                "[192.0.2.1]",
                "b\\195\\188cher.example",
                "two\\.labels.example",
                "new\\010line.example",
                "*.example.com",
                "-mx.example.com",
                "mx:25.example.com"
            })
    void targetsThatAreNoHostNamesAreDroppedAndToldOf(String target) throws InterruptedException {
        dns.mx(DOMAIN, 5, target);
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NoUsableHost.class,
                        answer -> assertThat(answer.dropped())
                                .singleElement()
                                .satisfies(line -> assertThat(line).matches("[ -~]+")));

        dns.mx(DOMAIN, 10, "mx.example.com");
        assertThat(ask()).isInstanceOfSatisfying(Hosts.class, answer -> {
            assertThat(answer.hosts()).containsExactly(mx(10, "mx"));
            assertThat(answer.dropped()).hasSize(1);
        });
    }

    @Test
    void nullMxSaysThatNoMailIsTaken() throws InterruptedException {
        dns.nullMx(DOMAIN);

        assertThat(ask()).isEqualTo(new NullMx(TTL));
    }

    @Test
    void nullMxBesideAHostIsNone() throws InterruptedException {
        dns.nullMx(DOMAIN).mx(DOMAIN, 10, "mx.example.com");

        assertThat(ask()).isInstanceOfSatisfying(Hosts.class, answer -> {
            assertThat(answer.hosts()).containsExactly(mx(10, "mx"));
            assertThat(answer.dropped()).hasSize(1);
        });
    }

    @Test
    void aDomainWithoutMxIsItsOwn() throws InterruptedException {
        dns.host(DOMAIN, "192.0.2.1");

        assertThat(ask()).isEqualTo(new ImplicitMx(DomainName.of(DOMAIN), TTL));
    }

    @Test
    void aDomainThatIsACnameHasTheMxOfItsTarget() throws InterruptedException {
        dns.cname(DOMAIN, "other.example").mx("other.example", 10, "mx.example.com");

        assertThat(((Hosts) ask()).hosts()).containsExactly(mx(10, "mx"));
    }

    @Test
    void aCnameDoesNotChooseTheImplicitMx() throws InterruptedException {
        dns.cname(DOMAIN, "other.example").host("other.example", "192.0.2.1");

        assertThat(ask()).isEqualTo(new ImplicitMx(DomainName.of(DOMAIN), TTL));
    }

    @Test
    void aDomainMayNotExist() throws InterruptedException {
        assertThat(ask()).isEqualTo(new NoSuchDomain(TTL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SERVFAIL", "REFUSED", "COMPRESSION_LOOP", "CNAME_LOOP"})
    void troubleIsNeverTheAbsenceOfMx(DnsFault fault) throws InterruptedException {
        dns.mx(DOMAIN, 10, "mx.example.com").fault(fault);

        assertThat(ask()).isInstanceOf(Unavailable.class);
    }

    private Answer ask() throws InterruptedException {
        return lookup.lookup(DomainName.of(DOMAIN));
    }

    private static MxHost mx(int preference, String label) {
        return new MxHost(preference, DomainName.of(label + ".example.com"));
    }
}
