// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.mtasts4j.report.PolicyType;
import io.github.mtasts4j.report.ResultType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportValuesTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "0.0.0.0, 0.0.0.0",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8:abcd:0012::1, 2001:db8:abcd:12::1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0"
    })
    void anAddressHasOneForm(String text, String canonical) {
        assertThat(IpAddress.of(text)).hasToString(canonical).isEqualTo(IpAddress.of(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "01.2.3.4",
                "256.1.1.1",
                "1.2.3.",
                "+1.2.3.4",
                "[::1]",
                "fe80::1%eth0",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7",
                "::12345",
                "::g",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:8::",
                ":1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8:",
                "١.٢.٣.٤",
                "example.com",
                "::1.2.3"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void theAddressesOfSocketsAreReadBack() throws UnknownHostException {
        Random random = new Random(5952);
        for (int i = 0; i < 2_000; i++) {
            byte[] octets = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(octets);
            for (int zeros = random.nextInt(octets.length); zeros > 0; zeros--) {
                octets[random.nextInt(octets.length)] = 0;
            }
            InetAddress address = InetAddress.getByAddress(octets);

            assertThat(InetAddress.getByName(IpAddress.of(address).toString())).isEqualTo(address);
            assertThat(IpAddress.parse(address.getHostAddress())).contains(IpAddress.of(address));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "@example.com",
                "a@",
                "a b@example.com",
                "a@b@example.com",
                ".a@example.com",
                "a..b@example.com",
                "a.@example.com",
                "\"a\"@example.com",
                "a@[192.0.2.1]",
                "a@192.0.2.1",
                "ä@example.com",
                "a\r\n@example.com",
                "<a@example.com>"
            })
    void whatIsNoPlainMailAddressIsRefused(String text) {
        assertThat(MailAddress.parse(text)).isEmpty();
        assertThatThrownBy(() -> MailAddress.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMailAddressKeepsItsCaseBeforeTheAtOnly() {
        assertThat(MailAddress.of("Tls.Reports+x@Example.COM")).hasToString("Tls.Reports+x@example.com");
        assertThat(MailAddress.parse("a".repeat(65) + "@example.com")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\r\nb", "\u001b[2J", "\u202eevil", "\ud800", "\udc00x", "\u2028", "\0", "\u00e9", "\ue000"})
    void aHeloIsOneLineOfAscii(String helo) {
        FailureKey key = Samples.key(ResultType.CERTIFICATE_EXPIRED, "").withHelo(helo);

        assertThat(key.receivingMxHelo().orElseThrow()).matches("[\\x20-\\x7e]+");
        assertThat(key.withHelo(key.receivingMxHelo().orElseThrow())).isEqualTo(key);
    }

    @Test
    void aHeloOfTenKilobytesIsCut() {
        FailureKey key = Samples.key(ResultType.CERTIFICATE_EXPIRED, "x").withHelo("\u0001".repeat(10_000));

        assertThat(key.receivingMxHelo().orElseThrow())
                .hasSizeLessThanOrEqualTo(255)
                .endsWith("...");
        assertThat(key.withHelo(key.receivingMxHelo().orElseThrow())).isEqualTo(key);
    }

    @Test
    void cleanTextStaysAsItIs() {
        String line = "mx: bücher \\ \"x\" \ud83d\udce7";

        assertThat(new AppliedPolicy(PolicyType.STS, Samples.DOMAIN, List.of(line), List.of()).policyString())
                .containsExactly(line);
        assertThat(ReportText.clean("x".repeat(255), 255)).hasSize(255).doesNotContain(".");
        assertThat(ReportText.clean("x".repeat(256), 255)).hasSize(255).endsWith("x...");
    }

    @Test
    void aPairOfSurrogatesIsNeverCutApart() {
        for (int limit = 4; limit < 12; limit++) {
            String cut = ReportText.clean("\ud83d\udce7".repeat(10), limit);
            assertThat(ReportText.clean(cut, limit)).isEqualTo(cut).doesNotContain("\\");
        }
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThatThrownBy(() -> new SessionCounts(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionCounts(0, 1L << 53)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FailureKey(
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FailureCount(FailureKey.OTHER, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DateRange(Instant.MAX, Instant.MAX)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DateRange(Instant.ofEpochSecond(2), Instant.ofEpochSecond(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TlsReport("", Samples.DAY, Samples.CONTACT, "x", List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sumsStopWhereJsonNumbersDo() {
        SessionCounts most = new SessionCounts(SessionCounts.MAX, SessionCounts.MAX);

        assertThat(most.plus(most)).isEqualTo(most);
    }
}
