// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import io.github.mtasts4j.policy.RemoteText;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * An address in the one form that a report uses: a dotted quad without leading zeros, or IPv6 as RFC 5952 writes it, without
 * brackets and zone. An IPv4 address in IPv6 clothes ({@code ::ffff:192.0.2.1}) is the IPv4 address.
 */
public final class IpAddress implements Comparable<IpAddress> {

    private static final int GROUPS = 8;

    private final String text;

    private IpAddress(byte[] octets) {
        this.text = octets.length == 4 ? quad(octets, 0) : isMapped(octets) ? quad(octets, 12) : groups(octets);
    }

    /**
     * The address of a socket.
     *
     * @param address an address; its zone and host name are dropped
     * @return the same address
     */
    public static IpAddress of(InetAddress address) {
        return new IpAddress(address.getAddress());
    }

    /**
     * Reads an address. Nothing is resolved.
     *
     * @param text anything
     * @return the address, or empty if it is none: brackets, zones and octets with leading zeros are not taken
     */
    public static Optional<IpAddress> parse(String text) {
        byte[] octets = text.indexOf(':') < 0 ? parseQuad(text) : parseGroups(text);
        return Optional.ofNullable(octets).map(IpAddress::new);
    }

    /**
     * An address that the program itself knows to be right.
     *
     * @param text an address
     * @return the address
     * @throws IllegalArgumentException if it is none
     */
    public static IpAddress of(String text) {
        return parse(text)
                .orElseThrow(
                        () -> new IllegalArgumentException("not an IP address: \"" + RemoteText.safe(text) + "\""));
    }

    private static byte @Nullable [] parseQuad(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        byte[] octets = new byte[4];
        for (int i = 0; i < 4; i++) {
            int octet = number(parts[i], 10, 3);
            if (octet < 0 || octet > 255 || (parts[i].length() > 1 && parts[i].charAt(0) == '0')) {
                return null;
            }
            octets[i] = (byte) octet;
        }
        return octets;
    }

    private static byte @Nullable [] parseGroups(String text) {
        int gap = text.indexOf("::");
        if (text.length() > 45 || (gap >= 0 && text.indexOf("::", gap + 1) >= 0)) {
            return null;
        }
        byte[] head = run(gap < 0 ? text : text.substring(0, gap), gap < 0);
        byte[] tail = run(gap < 0 ? "" : text.substring(gap + 2), true);
        if (head == null || tail == null) {
            return null;
        }
        int length = head.length + tail.length;
        if (gap < 0 ? length != 16 : length > 14) {
            return null;
        }
        byte[] octets = Arrays.copyOf(head, 16);
        System.arraycopy(tail, 0, octets, 16 - tail.length, tail.length);
        return octets;
    }

    /** Groups without a gap; the last may be a dotted quad. */
    private static byte @Nullable [] run(String text, boolean last) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        byte[] quad = last ? parseQuad(parts[parts.length - 1]) : null;
        int groups = quad == null ? parts.length : parts.length - 1;
        if (groups > GROUPS) {
            return null;
        }
        byte[] octets = new byte[groups * 2 + (quad == null ? 0 : 4)];
        for (int i = 0; i < groups; i++) {
            int group = number(parts[i], 16, 4);
            if (group < 0) {
                return null;
            }
            octets[2 * i] = (byte) (group >> 8);
            octets[2 * i + 1] = (byte) group;
        }
        if (quad != null) {
            System.arraycopy(quad, 0, octets, groups * 2, 4);
        }
        return octets;
    }

    private static int number(String digits, int radix, int most) {
        if (digits.isEmpty() || digits.length() > most) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) < 0x80 ? Character.digit(digits.charAt(i), radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    private static boolean isMapped(byte[] octets) {
        return Arrays.equals(octets, 0, 10, new byte[10], 0, 10) && octets[10] == -1 && octets[11] == -1;
    }

    private static String quad(byte[] octets, int from) {
        StringJoiner quad = new StringJoiner(".");
        for (int i = from; i < from + 4; i++) {
            quad.add(Integer.toString(octets[i] & 0xff));
        }
        return quad.toString();
    }

    /** RFC 5952 §4: the first of the longest runs of at least two zero groups becomes {@code ::}. */
    private static String groups(byte[] octets) {
        int gap = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zerosAt(octets, i);
            if (zeros > length) {
                gap = i;
                length = zeros;
            }
        }
        return length < 2
                ? groups(octets, 0, GROUPS)
                : groups(octets, 0, gap) + "::" + groups(octets, gap + length, GROUPS);
    }

    private static String groups(byte[] octets, int from, int to) {
        StringJoiner groups = new StringJoiner(":");
        for (int i = from; i < to; i++) {
            groups.add(Integer.toHexString(group(octets, i)));
        }
        return groups.toString();
    }

    private static int zerosAt(byte[] octets, int from) {
        int i = from;
        while (i < GROUPS && group(octets, i) == 0) {
            i++;
        }
        return i - from;
    }

    private static int group(byte[] octets, int i) {
        return (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
    }

    @Override
    public int compareTo(IpAddress other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /**
     * The address as a report writes it.
     *
     * @return such as {@code 192.0.2.1} or {@code 2001:db8::1}
     */
    @Override
    public String toString() {
        return text;
    }
}
