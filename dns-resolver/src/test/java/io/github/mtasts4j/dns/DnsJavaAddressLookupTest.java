// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.AddressLookup.Addresses;
import io.github.mtasts4j.discovery.AddressLookup.Answer;
import io.github.mtasts4j.discovery.AddressLookup.None;
import io.github.mtasts4j.discovery.AddressLookup.Unavailable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.dns.DnsFault;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsJavaAddressLookupTest {

    private static final String HOST = "mta-sts.example.com";

    private final DnsServer dns = DnsServer.start();
    private final AddressLookup lookup =
            DnsJavaResolver.servers(dns.address()).build().addressLookup();

    @AfterEach
    void stopServer() {
        dns.close();
    }

    @Test
    void findsBothFamiliesByTurnsAndIpv6First() throws InterruptedException {
        dns.host(HOST, "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1");

        assertThat(literals())
                .startsWith("2001:db8:0:0:0:0:0:1")
                .containsExactlyInAnyOrder("2001:db8:0:0:0:0:0:1", "192.0.2.1", "192.0.2.2", "192.0.2.3");
    }

    @Test
    void oneFamilyIsEnough() throws InterruptedException {
        dns.host(HOST, "192.0.2.1").host("six.example.com", "2001:db8::1");

        assertThat(literals()).containsExactly("192.0.2.1");
        assertThat(lookup.lookup(DomainName.of("six.example.com"))).isInstanceOf(Addresses.class);
    }

    @Test
    void followsACnameAndKeepsTheNameThatWasAskedFor() throws InterruptedException {
        dns.cname(HOST, "cdn.example").host("cdn.example", "192.0.2.1");

        assertThat(literals()).containsExactly("192.0.2.1");
        assertThat(((Addresses) ask()).values())
                .singleElement()
                .extracting(InetAddress::getHostName)
                .isEqualTo(HOST);
    }

    @Test
    void anIpv4AddressInIpv6ClothingIsUnwrapped() throws InterruptedException {
        dns.host(HOST, "::ffff:127.0.0.1");

        assertThat(literals()).containsExactly("127.0.0.1");
    }

    @Test
    void aHostThatDoesNotExistHasNone() throws InterruptedException {
        assertThat(ask()).isEqualTo(new None("mta-sts.example.com does not exist"));
        assertThat(dns.queriedNames()).containsExactly(HOST);
    }

    @Test
    void aHostWithoutAddressesHasNone() throws InterruptedException {
        dns.txt(HOST, "no address");

        assertThat(ask()).isEqualTo(new None("mta-sts.example.com has no address"));
    }

    @Test
    void aServerInTroubleIsNotAHostWithoutAddress() throws InterruptedException {
        dns.host(HOST, "192.0.2.1").fault(DnsFault.SERVFAIL);

        assertThat(ask())
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unavailable -> assertThat(unavailable.reason()).isEqualTo("dns-servfail"));
    }

    @Test
    void noAddressOfOneFamilyAndNoAnswerForTheOtherIsNotNone() throws InterruptedException {
        dns.txt(HOST, "no address").fault(HOST, "AAAA", DnsFault.SERVFAIL);
        assertThat(ask()).isInstanceOf(Unavailable.class);

        dns.heal().fault(HOST, "A", DnsFault.SERVFAIL);
        assertThat(ask()).isInstanceOf(Unavailable.class);
    }

    @Test
    void theAddressesOfOneFamilyDoWhereTheOtherCannotBeFoundOut() throws InterruptedException {
        dns.host(HOST, "192.0.2.1", "2001:db8::1").fault(HOST, "AAAA", DnsFault.SERVFAIL);
        assertThat(literals()).containsExactly("192.0.2.1");

        dns.heal().fault(HOST, "A", DnsFault.SERVFAIL);
        assertThat(literals()).containsExactly("2001:db8:0:0:0:0:0:1");
    }

    private Answer ask() throws InterruptedException {
        return lookup.lookup(DomainName.of(HOST));
    }

    private List<String> literals() throws InterruptedException {
        Answer answer = ask();
        assertThat(answer).isInstanceOf(Addresses.class);
        return ((Addresses) answer)
                .values().stream().map(InetAddress::getHostAddress).toList();
    }
}
