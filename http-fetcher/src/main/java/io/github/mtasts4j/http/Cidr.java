// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A block of addresses. IPv4 and IPv6 are apart here: no block of the one contains an address of the other. */
final class Cidr {

    private final byte[] network;
    private final int prefix;

    private Cidr(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /** Reads {@code 192.0.2.0/24} or {@code 2001:db8::/32}; an address by itself is a block of one. */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] network = literal(slash < 0 ? text : text.substring(0, slash));
        int bits = network.length * 8;
        int prefix = slash < 0 ? bits : number(text, text.substring(slash + 1));
        if (prefix > bits) {
            throw new IllegalArgumentException(text + ": a prefix has at most " + bits + " bits");
        }
        Cidr cidr = new Cidr(network, prefix);
        if (!Arrays.equals(network, cidr.first())) {
            throw new IllegalArgumentException(text + ": has bits set after its prefix");
        }
        return cidr;
    }

    /** Only literals: a name must never be looked up here. */
    private static byte[] literal(String text) {
        boolean ipv6 = text.indexOf(':') >= 0;
        boolean plausible = ipv6
                ? text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')
                : text.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        if (!plausible) {
            throw new IllegalArgumentException(text + ": not an address");
        }
        try {
            return InetAddress.getByName(ipv6 ? "[" + text + "]" : text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + ": not an address", e);
        }
    }

    private static int number(String whole, String digits) {
        if (!digits.matches("\\d{1,3}")) {
            throw new IllegalArgumentException(whole + ": no prefix length after the slash");
        }
        return Integer.parseInt(digits);
    }

    boolean contains(byte[] address) {
        return address.length == network.length && Arrays.equals(masked(address), network);
    }

    private byte[] first() {
        return masked(network);
    }

    private byte[] masked(byte[] address) {
        byte[] out = new byte[address.length];
        for (int i = 0; i < out.length; i++) {
            int bits = Math.min(8, Math.max(0, prefix - 8 * i));
            out[i] = (byte) (address[i] & (0xff00 >> bits));
        }
        return out;
    }
}
