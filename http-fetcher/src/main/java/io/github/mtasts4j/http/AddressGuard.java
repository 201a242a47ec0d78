// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Says which addresses a stranger's DNS may make this host connect to: public ones. Loopback, private networks, link
 * local addresses with a cloud's metadata, multicast and the like are refused, however they are written. Immutable, and
 * it waits for nothing.
 *
 * <p>The JDK's own tests ({@code isSiteLocalAddress()} and so on) miss more than half of these blocks, {@code fc00::/7}
 * among them.
 */
public final class AddressGuard {

    /**
     * IANA IPv4 Special-Purpose Address Registry (RFC 6890), every block, and multicast. Those inside 192.0.0.0/24 and
     * 240.0.0.0/4 are covered by these.
     */
    private static final List<Cidr> SPECIAL_IPV4 = cidrs(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // behind carriers' NAT
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link local
            "172.16.0.0/12", // private
            "192.0.0.0/24", // IETF protocols
            "192.0.2.0/24", // documentation
            "192.31.196.0/24", // AS112
            "192.52.193.0/24", // AMT
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "192.175.48.0/24", // AS112
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved, broadcast

    /**
     * IANA IPv6 Special-Purpose Address Registry, every block but IPv4-mapped and 64:ff9b::/96, which are what the IPv4
     * address in them is; multicast; and two blocks that are deprecated. Those inside 2001::/23 are covered by it.
     */
    private static final List<Cidr> SPECIAL_IPV6 = cidrs(
            "::/96", // unspecified, loopback, IPv4-compatible
            "64:ff9b:1::/48", // local NAT64
            "100::/64", // discard
            "100:0:0:1::/64", // dummy
            "2001::/23", // IETF protocols: Teredo, ORCHID, benchmarks ...
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "2620:4f:8000::/48", // AS112
            "3fff::/20", // documentation
            "5f00::/16", // segment routing
            "fc00::/7", // private
            "fe80::/10", // link local
            "fec0::/10", // site local, of old
            "ff00::/8"); // multicast

    private static final Cidr COMPATIBLE = Cidr.parse("::/96");
    private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
    private static final Cidr LOCAL_NAT64 = Cidr.parse("64:ff9b:1::/48");
    private static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");
    private static final Cidr TEREDO = Cidr.parse("2001::/32");

    private final List<Cidr> allowed;

    private AddressGuard(List<Cidr> allowed) {
        this.allowed = allowed;
    }

    /**
     * Permits public addresses and no others.
     *
     * @return a guard
     */
    public static AddressGuard publicOnly() {
        return new AddressGuard(List.of());
    }

    /**
     * This guard with exceptions, for policy hosts inside one's own network and for tests.
     *
     * @param cidrs blocks to permit as well, such as {@code 10.1.2.0/24}, {@code fd00:1::/32} or a single address
     * @return another guard
     * @throws IllegalArgumentException if one is not a block: a name, bits set after the prefix
     */
    public AddressGuard allowing(String... cidrs) {
        return new AddressGuard(
                Stream.concat(allowed.stream(), cidrs(cidrs).stream()).toList());
    }

    /**
     * Whether a connection may be made to an address. An IPv4 address inside an IPv6 address has to be permitted for
     * itself too: somebody on the way will take it out and connect to it.
     *
     * @param address where to
     * @return whether it is public, or an exception
     */
    public boolean permits(InetAddress address) {
        return permits(address.getAddress());
    }

    private boolean permits(byte[] address) {
        if (isMapped(address)) {
            return permits(Arrays.copyOfRange(address, 12, 16));
        }
        List<Cidr> special = address.length == 4 ? SPECIAL_IPV4 : SPECIAL_IPV6;
        return (isIn(allowed, address) || !isIn(special, address))
                && embeddedIn(address).allMatch(this::permits);
    }

    private static boolean isIn(List<Cidr> blocks, byte[] address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    /** ::ffff:0:0/96. The JDK makes an IPv4 address of it nearly everywhere, but not of every octet array. */
    private static boolean isMapped(byte[] address) {
        return address.length == 16
                && Arrays.equals(address, 0, 10, new byte[10], 0, 10)
                && address[10] == -1
                && address[11] == -1;
    }

    private static Stream<byte[]> embeddedIn(byte[] address) {
        if (address.length == 4) {
            return Stream.of();
        } else if (NAT64.contains(address) || isCompatible(address)) {
            return Stream.of(Arrays.copyOfRange(address, 12, 16));
        } else if (LOCAL_NAT64.contains(address)) {
            // RFC 6052 §2.2: the address stands around octet 8 after a /48, and last after a /96.
            byte[] around = {address[6], address[7], address[9], address[10]};
            return Stream.of(around, Arrays.copyOfRange(address, 12, 16));
        } else if (SIX_TO_FOUR.contains(address)) {
            return Stream.of(Arrays.copyOfRange(address, 2, 6));
        } else if (TEREDO.contains(address)) {
            return Stream.of(Arrays.copyOfRange(address, 4, 8), teredoClient(address));
        }
        return Stream.of();
    }

    /** ::1 and :: have an IPv4 address in them by the letter only. */
    private static boolean isCompatible(byte[] address) {
        return COMPATIBLE.contains(address) && (address[12] != 0 || address[13] != 0 || address[14] != 0);
    }

    /** RFC 4380 §4: the client's address is written with every bit turned over. */
    private static byte[] teredoClient(byte[] address) {
        byte[] client = new byte[4];
        for (int i = 0; i < client.length; i++) {
            client[i] = (byte) ~address[12 + i];
        }
        return client;
    }

    private static List<Cidr> cidrs(String... texts) {
        return Stream.of(texts).map(Cidr::parse).toList();
    }
}
