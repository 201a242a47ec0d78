// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressGuardTest {

    private final AddressGuard guard = AddressGuard.publicOnly();

    /** IANA's two registries and multicast. A neighbour is left out where it is special as well. */
    @ParameterizedTest
    @CsvSource({
        // first, last, the one before, the one after
        "0.0.0.0, 0.255.255.255, , 1.0.0.0",
        "10.0.0.0, 10.255.255.255, 9.255.255.255, 11.0.0.0",
        "100.64.0.0, 100.127.255.255, 100.63.255.255, 100.128.0.0",
        "127.0.0.0, 127.255.255.255, 126.255.255.255, 128.0.0.0",
        "169.254.0.0, 169.254.255.255, 169.253.255.255, 169.255.0.0",
        "172.16.0.0, 172.31.255.255, 172.15.255.255, 172.32.0.0",
        "192.0.0.0, 192.0.0.255, 191.255.255.255, 192.0.1.0",
        "192.0.2.0, 192.0.2.255, 192.0.1.255, 192.0.3.0",
        "192.31.196.0, 192.31.196.255, 192.31.195.255, 192.31.197.0",
        "192.52.193.0, 192.52.193.255, 192.52.192.255, 192.52.194.0",
        "192.88.99.0, 192.88.99.255, 192.88.98.255, 192.88.100.0",
        "192.168.0.0, 192.168.255.255, 192.167.255.255, 192.169.0.0",
        "192.175.48.0, 192.175.48.255, 192.175.47.255, 192.175.49.0",
        "198.18.0.0, 198.19.255.255, 198.17.255.255, 198.20.0.0",
        "198.51.100.0, 198.51.100.255, 198.51.99.255, 198.51.101.0",
        "203.0.113.0, 203.0.113.255, 203.0.112.255, 203.0.114.0",
        "224.0.0.0, 239.255.255.255, 223.255.255.255, ",
        "240.0.0.0, 255.255.255.255, , ",
        "::, ::ffff:ffff, , ::1:0:0",
        "64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff, 64:ff9b:0:ffff:ffff:ffff:ffff:ffff, 64:ff9b:2::",
        "100::, 100::ffff:ffff:ffff:ffff, ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ",
        "100:0:0:1::, 100:0:0:1:ffff:ffff:ffff:ffff, , 100:0:0:2::",
        "2001::, 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff, 2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 2001:200::",
        "2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db9::",
        "2002::, 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 2003::",
        "2620:4f:8000::, 2620:4f:8000:ffff:ffff:ffff:ffff:ffff, 2620:4f:7fff:ffff:ffff:ffff:ffff:ffff, 2620:4f:8001::",
        "3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff, 3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 3fff:1000::",
        "5f00::, 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 5f01::",
        "fc00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fe00::",
        "fe80::, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ",
        "fec0::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, , ",
        "ff00::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, , "
    })
    void everySpecialPurposeBlockIsRefusedToItsEdgesAndNotBeyond(
            String first,
            String last,
            @org.jspecify.annotations.Nullable String before,
            @org.jspecify.annotations.Nullable String after) {
        assertThat(permits(first)).as(first).isFalse();
        assertThat(permits(last)).as(last).isFalse();
        if (before != null) {
            assertThat(permits(before)).as(before).isTrue();
        }
        if (after != null) {
            assertThat(permits(after)).as(after).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "169.254.169.254",
                "10.1.2.3",
                "100.64.0.1",
                "fd00::1",
                "fd00:ec2::254",
                "0.1.2.3",
                "240.0.0.1",
                "::127.0.0.1",
                "::ffff:127.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::7f00:1",
                "64:ff9b:1:7f00:0:100::",
                "2002:7f00:1::",
                "2001:0:7f00:1::"
            })
    void noAddressInsideIsReachedHoweverItIsWritten(String address) {
        assertThat(permits(address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "192.0.1.1", "2606:4700::1111", "64:ff9b::808:808"})
    void publicAddressesArePermittedAlsoBehindNAT64(String address) {
        assertThat(permits(address)).isTrue();
    }

    @Test
    void anIPv4MappedAddressTheJDKHasLeftAloneIsWhatIsMapped() throws UnknownHostException {
        assertThat(guard.permits(mapped(127, 0, 0, 1))).isFalse();
        assertThat(guard.permits(mapped(8, 8, 8, 8))).isTrue();
        assertThat(guard.allowing("127.0.0.1").permits(mapped(127, 0, 0, 1))).isTrue();
    }

    private static InetAddress mapped(int... ipv4) throws UnknownHostException {
        byte[] octets = new byte[16];
        octets[10] = -1;
        octets[11] = -1;
        for (int i = 0; i < 4; i++) {
            octets[12 + i] = (byte) ipv4[i];
        }
        return Inet6Address.getByAddress("host", octets, 0);
    }

    @Test
    void exceptionsPermitWhatTheySayAndNothingNextToIt() {
        AddressGuard split = guard.allowing("10.1.2.0/24", "fd00:1::/32").allowing("192.168.7.7");
        assertThat(split.permits(Fetching.address("10.1.2.255"))).isTrue();
        assertThat(split.permits(Fetching.address("10.1.3.0"))).isFalse();
        assertThat(split.permits(Fetching.address("fd00:1:ffff::"))).isTrue();
        assertThat(split.permits(Fetching.address("fd00:2::"))).isFalse();
        assertThat(split.permits(Fetching.address("192.168.7.7"))).isTrue();
        assertThat(split.permits(Fetching.address("192.168.7.8"))).isFalse();
        assertThat(permits("10.1.2.1")).as("the guard it was made from").isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2002::/16, 2002:7f00:1::",
        "2001::/32, 2001:0:7f00:1::f7f7:f7f7",
        "2001::/32, 2001:0:808:808::80ff:fffe",
        "64:ff9b:1::/48, 64:ff9b:1:7f00:0:100::",
        "64:ff9b:1::/48, 64:ff9b:1::7f00:1",
        "::/96, ::7f00:1"
    })
    void anExceptionForATunnelIsNoneForWhatIsAtItsEnd(String tunnel, String address) {
        assertThat(guard.allowing(tunnel).permits(Fetching.address(address))).isFalse();
    }

    @Test
    void anExceptionForATunnelPermitsPublicAddressesAtItsEnd() {
        assertThat(guard.allowing("2002::/16").permits(Fetching.address("2002:808:808::1")))
                .isTrue();
        assertThat(guard.allowing("2001::/32").permits(Fetching.address("2001:0:808:808::f7f7:f7f7")))
                .isTrue();
        assertThat(guard.allowing("::1").permits(Fetching.address("::1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "localhost/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.1/8",
                "10.0.0/8",
                "1.2.3.999",
                "fd00::/129",
                "fd00::1/64",
                ":::/8",
                "dead:beef"
            })
    void whatIsNoBlockIsRefusedAndNeverLookedUp(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> guard.allowing(text));
    }

    private boolean permits(String address) {
        return guard.permits(Fetching.address(address));
    }
}
