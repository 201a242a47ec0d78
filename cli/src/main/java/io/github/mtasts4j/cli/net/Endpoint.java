// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.net;

import io.github.mtasts4j.cli.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address and perhaps a port, as they are typed: {@code 192.0.2.1}, {@code 192.0.2.1:53}, {@code [2001:db8::1]:53}.
 *
 * @param address the address
 * @param port the port
 */
public record Endpoint(InetAddress address, int port) {

    private static final Pattern FORM = Pattern.compile(
            "\\[(?<six>[0-9a-fA-F:.]+)](:(?<portSix>\\d{1,5}))?|(?<bare>[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)"
                    + "|(?<four>\\d+\\.\\d+\\.\\d+\\.\\d+)(:(?<portFour>\\d{1,5}))?");

    /**
     * Reads one.
     *
     * @param text what was typed
     * @param defaultPort the port if there is none in it; 0 if there has to be one
     * @return what it says
     * @throws Refusal if it is none
     */
    public static Endpoint parse(String text, int defaultPort) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new Refusal("not an address, or an address and a port: " + text);
        }
        String port = first(matcher, "portSix", "portFour");
        int number = port.isEmpty() ? defaultPort : Integer.parseInt(port);
        if (number < 1 || number > 65_535) {
            throw new Refusal("no such port: " + text);
        }
        try {
            return new Endpoint(InetAddress.getByName(first(matcher, "six", "bare", "four")), number);
        } catch (UnknownHostException e) {
            throw new Refusal("not an address: " + text, e);
        }
    }

    private static String first(Matcher matcher, String... groups) {
        for (String group : groups) {
            String value = matcher.group(group);
            if (value != null) {
                return value;
            }
        }
        return "";
    }

    /**
     * The same for a socket.
     *
     * @return address and port
     */
    public InetSocketAddress socket() {
        return new InetSocketAddress(address, port);
    }
}
