// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.tls.TestCa.Spec;
import io.github.mtasts4j.tls.DnsIds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DnsIdsTest {

    private static final TestCa CA = TestCa.root("Root");

    @ParameterizedTest
    @CsvSource({
        "mail.example.com, mail.example.com",
        "MAIL.Example.COM, mail.example.com",
        "*.example.com, mta-sts.example.com",
        "*.example.com, xn--bcher-kva.example.com",
        "*.EXAMPLE.com, mail.example.com",
        "*.com, example.com",
        "mx_1.example.com, mx_1.example.com",
        "localhost, localhost"
    })
    void matches(String dnsId, String host) {
        assertThat(DnsIds.match(List.of(dnsId), DomainName.of(host))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "other.example.com, mail.example.com",
        "example.com, mail.example.com",
        "mail.example.com, example.com",
        "*.example.com, mta-sts.sub.example.com",
        "*.example.com, example.com",
        "mta-*.example.com, mta-sts.example.com",
        "mx*.example.com, mx1.example.com",
        "*x.example.com, mx.example.com",
        "m*x.example.com, mx.example.com",
        "xn--*.example.com, xn--bcher-kva.example.com",
        "*.*.example.com, a.b.example.com",
        "mail.*.com, mail.example.com",
        "**.example.com, mail.example.com",
        "*, localhost",
        "*., localhost",
        "., localhost",
        "'', localhost",
        "mail.example.com., mail.example.com",
        "*.example.com., mail.example.com",
        ".example.com, mail.example.com",
        "*..example.com, mail.example.com",
        "127.0.0.1, mail.example.com",
        "mx_1.example.com, mx-1.example.com",
        "' mail.example.com', mail.example.com",
        "mail.example.com:25, mail.example.com",
        "\u212aail.example.com, kail.example.com",
        "m\u0131x.example.com, mix.example.com",
        "mail\u3002example.com, mail.example.com"
    })
    void doesNotMatch(String dnsId, String host) {
        assertThat(DnsIds.match(List.of(dnsId), DomainName.of(host))).isFalse();
    }

    @Test
    void oneMatchAmongManyNamesSuffices() {
        List<String> dnsIds = List.of("a.example.com", "not a name", "mail.example.com");

        assertThat(DnsIds.match(dnsIds, DomainName.of("mail.example.com"))).isTrue();
    }

    @Test
    void namesOfOtherKindsAndTheCommonNameAreNoDnsIds() {
        Spec spec = new Spec().commonName("mail.example.com").ip("192.0.2.1").email("postmaster@mail.example.com");

        assertThat(DnsIds.of(CA.issue(spec).certificate())).isEmpty();
    }

    @Test
    void dnsIdsAreReportedAsTheCertificateBearsThem() {
        assertThat(DnsIds.of(CA.issue("B.example.com", "*.example.com").certificate()))
                .containsExactly("B.example.com", "*.example.com");
    }
}
